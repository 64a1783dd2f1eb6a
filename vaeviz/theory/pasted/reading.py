"""The choices that a pasted loss makes, in words, and what of it could not be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from vaeviz.theory.pasted.code import Refused, statements
from vaeviz.theory.pasted.polynomial import Monomial
from vaeviz.theory.pasted.terms import KL, LAST, MEAN, SQUARED, SUM, Term
from vaeviz.theory.pasted.walk import Walk

_ERRORS = {
    "mse": "squared error",
    "half-mse": "½ squared error",
    "bce": "cross-entropy",
    "l1": "absolute error",
}
_COUNTS = {
    "#batch": "the number of examples",
    "#features": "the number of elements",
    "#latents": "the latent size",
}
_APART = "no line adds the error and the KL: the weight stays as picked"
_MOST, _WIDEST = 4, 48  # parts that were not understood, and characters of each


@dataclass(frozen=True)
class Reading:
    """What was read; None for what was not: the error ("mse", "half-mse", "bce", "l1"), the
    reduction ("sum", "mean") over pixels and latent dimensions, over the batch ("alike", "kl": only
    the KL is summed, "error": only the error is), and the weight of the KL over that of the error.

    `parts` say it in words, `unread` are the lines on what was not understood.
    """

    error: str | None = None
    pixels: str | None = None
    latents: str | None = None
    batch: str | None = None
    weight: float | None = None
    parts: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()


def read(text: str) -> Reading:
    """Never raises, whatever the text; runs nothing of it."""
    if not text.strip():
        return Reading()
    try:
        found, left = statements(text)
    except Refused as refusal:
        return Reading(unread=(f"not read: {refusal}",))
    walk = Walk()
    for statement in found:
        walk.statement(statement)
    return _reading(*_chosen(walk.totals), [*left, *walk.unread])


def _chosen(totals: Sequence[tuple[Term, ...]]) -> tuple[tuple[Term, ...], bool]:
    """The last sum of an error and a KL; else the last of each, which nothing adds up (False)."""
    for total in reversed(totals):
        if {term.kind == KL for term in total} == {True, False}:
            return total, True
    last = {term.kind == KL: term for total in totals for term in total}
    return tuple(last.values()), False


def _reading(terms: tuple[Term, ...], summed: bool, left: list[str]) -> Reading:
    errors = [_counted(t, "#features") for t in terms if t.kind != KL]
    rates = [_counted(t, "#latents") for t in terms if t.kind == KL]
    unread = [f"not understood: {_short(line)}" for line in dict.fromkeys(left)]
    if len(unread) > _MOST:
        unread[_MOST - 1 :] = [f"and {len(unread) - _MOST + 1} more lines not understood"]
    if len(errors) > 1 or len(rates) > 1:
        return Reading(unread=(*unread, "more than one error or KL: only one of each is read"))
    error, rate = (errors or [None])[0], (rates or [None])[0]
    missing = [
        f"no {what} was found: its choices stay as picked"
        for what, term in (("error of the image", error), ("KL", rate))
        if term is None
    ]
    weight, about = _weight(error, rate) if summed or missing else (None, [_APART])
    name = _name(error)
    batch = _batch(error, rate)
    own = Reading(
        name,
        _features(error),
        _features(rate),
        batch,
        weight,
        unread=(*unread, *missing, *about, *_gaps(error, rate, batch)),
    )
    return replace(own, parts=tuple(_words(own, error, rate)))


def _counted(term: Term, count: str) -> Term:
    """The term after division by, or times, the number of examples or of features."""
    powers = dict(term.symbols)
    features, batch = term.features, term.batch
    features = MEAN if features == LAST else features
    features, done = _regarded(features, powers.get(count, 0), len(powers) == 1)
    if done:
        del powers[count]
    batch, done = _regarded(batch, powers.get("#batch", 0), len(powers) == 1)
    if done:
        del powers["#batch"]
    return Term(term.kind, term.factor, tuple(powers.items()), features, batch)


def _regarded(how: str, power: float, alone: bool) -> tuple[str, bool]:
    """A sum divided by n is a mean; a mean times n, and nothing else unknown, a sum."""
    if (how, power) == (SUM, -1):
        return MEAN, True
    if alone and (how, power) == (MEAN, 1):
        return SUM, True
    return how, False


def _weight(error: Term | None, rate: Term | None) -> tuple[float | None, list[str]]:
    """The KL's factor over the error's, where both are numbers and one sum holds both."""
    if error is None or rate is None:
        return None, []
    over = dict(rate.symbols)
    for s, p in error.symbols:
        over[s] = over.get(s, 0) - p
    unknown = tuple((s, p) for s, p in over.items() if p)
    if unknown:
        return None, [f"weight {_symbols(unknown)} isn't a number here: set it by the slider"]
    weight = rate.factor / error.factor * (0.5 if _halved(error) else 1)
    if weight <= 0:
        return None, ["the KL is subtracted: the weight stays as picked"]
    return weight, []


def _halved(error: Term) -> bool:
    return error.kind == SQUARED and abs(error.factor) == 0.5


def _name(error: Term | None) -> str | None:
    return None if error is None else "half-mse" if _halved(error) else error.kind


def _features(term: Term | None) -> str | None:
    return term.features or None if term else None


def _batch(error: Term | None, rate: Term | None) -> str | None:
    if error is None or rate is None or bool(error.batch) != bool(rate.batch):
        return None
    if error.batch == rate.batch:
        return "alike"
    return "kl" if rate.batch == SUM else "error"


def _gaps(error: Term | None, rate: Term | None, batch: str | None) -> list[str]:
    """What a term lacks: it stays as picked."""
    gaps = [
        f"{what}: neither summed nor meaned over {axis}"
        for what, term, axis in (("error", error, "pixels"), ("KL", rate, "dimensions"))
        if term and not term.features
    ]
    if error and rate and batch is None:
        gaps.append("one term is reduced over the batch, the other is not")
    return gaps


def _words(own: Reading, error: Term | None, rate: Term | None) -> list[str]:
    lines = []
    if error and own.error:
        lines.append(_times(error) + _said(_ERRORS[own.error], error, "pixels"))
    if rate:
        lines.append(_said("KL", rate, "dimensions"))
    if own.weight is not None:
        lines.append(
            f"weight {own.weight:.6g}" + (" over the error's" if error and _times(error) else "")
        )
    return lines


def _times(error: Term) -> str:
    return "" if _halved(error) or error.factor == 1 else f"{error.factor:.6g} × "


def _said(what: str, term: Term, axis: str) -> str:
    """Such as "squared error: mean over pixels and batch"."""
    if not term.features and not term.batch:
        return f"{what}: not reduced"
    if term.features == term.batch:
        return f"{what}: {term.features} over {axis} and batch"
    each = [(term.features, axis), (term.batch, "batch")]
    return f"{what}: " + ", ".join(f"{how} over {over}" for how, over in each if how)


def _symbols(symbols: Monomial) -> str:
    def one(s: object, p: float) -> str:
        name = (
            _COUNTS.get(s, _short(s))
            if isinstance(s, str)
            else str(s[0] if isinstance(s, tuple) else s)
        )
        return name if p == 1 else f"1/{name}" if p == -1 else f"{name}^{p:g}"

    return " · ".join(one(s, p) for s, p in symbols)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _WIDEST else f"{line[:_WIDEST]}…"
