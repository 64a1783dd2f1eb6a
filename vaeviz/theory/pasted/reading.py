"""The choices of a pasted loss, in words, and its lines that were not understood."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, replace

from vaeviz.theory.pasted.code import Unread, statements
from vaeviz.theory.pasted.mistakes import Pair, mistakes
from vaeviz.theory.pasted.terms import KL, MEAN, SUM, Term, counted
from vaeviz.theory.pasted.walk import Walk

_WORDS = {
    "mse": "squared error",
    "half-mse": "½ squared error",
    "bce": "cross-entropy",
    "l1": "absolute error",
    KL: "KL",
}
_THINGS = {
    "#batch": "the number of examples",
    "#features": "the number of elements",
    "#latents": "the latent size",
}
_APART = "no line adds the error and the KL: the weight stays as picked"
_BATCH = {
    **dict.fromkeys((("", ""), (SUM, SUM), (MEAN, MEAN)), "alike"),
    (MEAN, SUM): "kl",
    (SUM, MEAN): "error",
}
_MOST, _WIDEST = 4, 48  # parts not understood, and characters of each


@dataclass(frozen=True)
class Reading:
    """The choices, None where not read: the error ("mse", "half-mse", "bce", "l1"), the reduction
    ("sum", "mean") over pixels and latent dimensions, over the batch ("alike", "kl": only the KL is
    summed, "error": only the error is), and the weight of the KL over that of the error.

    `parts` say it in words, `unread` are the lines about what was not understood. `mistakes` are
    the names of the museum's exhibits that the code belongs to.
    """

    error: str | None = None
    pixels: str | None = None
    latents: str | None = None
    batch: str | None = None
    weight: float | None = None
    parts: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    mistakes: tuple[str, ...] = ()


def read(text: str) -> Reading:
    """The reading of any text. Never raises, runs nothing."""
    if not text.strip():
        return Reading()
    try:
        return _read(text)
    except Unread as refusal:
        return Reading(unread=(f"not read: {refusal}",))
    except Exception:  # what else a text does to Python's own parser and printer
        return Reading(unread=("not read: Python itself stumbles over this text",))


def _read(text: str) -> Reading:
    lines, left = statements(text)
    walk = Walk()
    for line in lines:
        walk.statement(line)
    terms, summed = _chosen(walk.totals)
    made = [counted(term) for term in terms]
    reading = _reading(made, summed, [*left, *walk.unread])
    return replace(reading, mistakes=mistakes(textwrap.dedent(text), _pair(made, summed)))


def _pair(terms: list[Term], summed: bool) -> Pair | None:
    """The error and the KL that are added, where there is one of each."""
    error, rate = ([t for t in terms if (t.kind == KL) is kl] for kl in (False, True))
    if not summed or len(error) != 1 or len(rate) != 1:
        return None
    try:
        return Pair(error[0], rate[0], rate[0].factor / error[0].factor)
    except Unread:
        return None


def _chosen(totals: list[list[Term]]) -> tuple[list[Term], bool]:
    """The last sum of an error and a KL; else the last of each, not added (False)."""
    for terms in reversed(totals):
        if {term.kind == KL for term in terms} == {True, False}:
            return terms, True
    return list({term.kind == KL: term for terms in totals for term in terms}.values()), False


def _reading(terms: list[Term], summed: bool, left: list[str]) -> Reading:
    lines = [f"not understood: {_short(line)}" for line in dict.fromkeys(left)]
    if len(lines) > _MOST:
        lines[_MOST - 1 :] = [f"and {len(lines) - _MOST + 1} more lines not understood"]
    error = next((term for term in terms if term.kind != KL), None)
    rate = next((term for term in terms if term.kind == KL), None)
    if len(terms) > bool(error) + bool(rate):
        return Reading(unread=(*lines, "more than one error or KL: only one of each is read"))
    weight, batch = None, None
    parts = [_said(term) for term in (error, rate) if term]
    if error and rate:
        batch = _BATCH.get((error.batch, rate.batch))
        weight, words = _weight(error, rate) if summed else (None, _APART)
        (lines if weight is None else parts).append(words)
    lines += _gaps(error, rate)
    pixels = (error.features or None) if error else None
    latents = (rate.features or None) if rate else None
    kind = error.kind if error else None
    return Reading(kind, pixels, latents, batch, weight, tuple(parts), tuple(lines))


def _weight(error: Term, rate: Term) -> tuple[float | None, str]:
    """The KL's factor over the error's, in words; or why there is none."""
    try:
        ratio = rate.factor / error.factor
    except Unread:
        return None, "the weight is outside the slider's range: set it by the slider"
    if ratio.constant is None:
        return None, f"weight {_short(str(ratio))} isn't a number here: set it by the slider"
    if ratio.constant <= 0:
        return None, "the KL is subtracted: the weight stays as picked"
    over = "" if error.multiple == 1 else " over the error's"
    return ratio.constant, f"weight {ratio.constant:.6g}{over}"


def _gaps(error: Term | None, rate: Term | None) -> Iterator[str]:
    """The missing choices, which keep the user's settings."""
    if not error:
        yield "no error of the image was found: its choices stay as picked"
    elif not error.features:
        yield "error: neither summed nor averaged over pixels"
    if not rate:
        yield "no KL was found: its choices stay as picked"
    elif not rate.features:
        yield "KL: neither summed nor averaged over dimensions"
    if error and error.beyond:
        yield "the sides of the error may leave [0, 1]: the range of the data stays as picked"
    if error and rate and bool(error.batch) != bool(rate.batch):
        yield "one term is reduced over the batch, the other is not"


def _said(term: Term) -> str:
    """Such as "100 × squared error: mean over pixels and batch"."""
    times = "" if term.kind == KL or term.multiple == 1 else f"{term.multiple:.6g} × "
    axis = "dimensions" if term.kind == KL else "pixels"
    axes = [(term.features, axis), (term.batch, "batch")]
    if term.features == term.batch:
        axes = [(term.features, f"{axis} and batch")]
    how = ", ".join(f"{how} over {over}" for how, over in axes if how) or "not reduced"
    return f"{times}{_WORDS[term.kind]}: {how}"


def _short(text: str) -> str:
    line = " ".join(text.split())
    for things, words in _THINGS.items():
        line = line.replace(things, words)
    return line if len(line) <= _WIDEST else f"{line[:_WIDEST]}…"
