"""The tool Four likelihoods: the same digits, the same networks, and one scale for all."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from vaeviz.chapters.chapter import Context, Frame, Row, Rule, Scene, Tool
from vaeviz.chapters.likelihoods.view import LikelihoodsView
from vaeviz.chapters.model import views
from vaeviz.chapters.settings import Whole, setting
from vaeviz.figures.bits_bars import bits_bars
from vaeviz.live.message import Panel
from vaeviz.measures.codecs.codec import Codec
from vaeviz.records import Array, ImageStrip, Table
from vaeviz.records.bits import Bits
from vaeviz.serve import jobs, models, probes
from vaeviz.serve.kept import Kept
from vaeviz.serve.probes import Probe

DATA, LEVELS = "digits", 17
NAMES = ("digits-one-sigma2", "digits-bernoulli-16d", "digits-continuous-16d",
         "digits-categorical-16d")  # fmt: skip
SHOWN = 6  # examples
PATIENCE = 0.5  # seconds per frame for what has not been loaded yet


@dataclass(frozen=True)
class CompareView(LikelihoodsView):
    """Which examples are drawn, and the draws."""

    first: int = setting(
        0, Whole(0, 10**6), "first example", "first no.",
        "The first of the held-out digits that are drawn", form="number",
    )  # fmt: skip
    draws: int = setting(
        0, Whole(0, 9999), "draws", "draws no.", "Each number is another set of sampled pixels",
    )  # fmt: skip


def show(view: CompareView, context: Context) -> Frame:
    """Pictures of all four models, bits per pixel, and what these are made of."""
    probe = probes.probe(DATA, PATIENCE)
    chosen = {one.entry.name: one for one in models.shipped(DATA)}
    lost = [name for name in NAMES if name not in chosen]
    if lost:
        return _without(lost)
    codecs = [models.dedicated(chosen[name], probe, PATIENCE) for name in NAMES] if probe else []
    loaded = [codec for codec in codecs if codec is not None]
    if probe is None or len(loaded) < len(NAMES):
        return _waits()
    kept = [chosen[name] for name in NAMES]
    made = jobs.get(("bits", NAMES), lambda: _measured(probe, kept, loaded), jobs.MEASURE, PATIENCE)
    panels: dict[str, Panel] = {"pictures": _pictures(view, probe, kept, loaded)}
    if made is not None:
        panels |= {"bits": bits_bars(made, context.theme), "numbers": _table(made)}
    else:
        panels |= {"bits": _waiting(), "numbers": _waiting()}
    return Frame(
        panels,
        _rows(made or ()),
        columns="1.2fr 1fr",
        rows=(("pictures bits", "1.1fr"), ("pictures numbers", "1fr")),
        pending=made is None,
    )


def _without(names: list[str]) -> Frame:
    why = (
        f"no checkpoint {', '.join(names)} is there: 'python -m vaeviz checkpoints make' trains it"
    )
    table = Table(("", ""), (("models", why),), "The models are missing", "the server", why)
    return Frame({"pictures": table}, columns="1fr")


def _waits() -> Frame:
    return Frame({"pictures": _waiting()}, columns="1fr", pending=True)


def _waiting() -> Table:
    row = (("four models of the digits", "are being read and measured"),)
    return Table(("", ""), row, "A moment, please", "the server", "The models are being read.")


def _measured(probe: Probe, kept: list[Kept], codecs: list[Any]) -> tuple[Bits, ...]:
    from vaeviz.measures.bits import bits

    return tuple(
        replace(
            bits(codec, one.entry.name, probe.x, probe.noise, one.sigma2, LEVELS),
            source=f"dedicated models, d = {codec.latent}, held-out digits, one draw of z each",
        )
        for one, codec in zip(kept, codecs, strict=True)
    )


def _pictures(view: CompareView, probe: Probe, kept: list[Kept], codecs: list[Codec]) -> ImageStrip:
    """x, and of each model the mean and one draw of p(x|z) at the posterior's mean."""
    first = min(view.first, len(probe.x) - SHOWN)
    x = probe.x[first : first + SHOWN]
    rows, names = [x], ["x"]
    for one, codec in zip(kept, codecs, strict=True):
        mu = codec.encode(x, one.tau, codec.latent)[0]
        rows += [codec.decode(mu, one.tau, codec.latent), _draw(codec, mu, one, view.draws)]
        names += [f"{_short(one.density.title)}: mean", "one draw"]
    finding = f"{SHOWN} digits, and of each of four models the mean and one draw of p(x|z)."
    return ImageStrip(
        "The same digits: mean and one draw of p(x|z)", views.grey(probe, np.stack(rows)),
        tuple(names), finding, f"dedicated models, d = {codecs[0].latent}, β = 1",
    )  # fmt: skip


def _short(title: str) -> str:
    return title.split(",")[0].replace("Continuous", "Cont.")


def _draw(codec: Codec, mu: Array, one: Kept, seed: int) -> Array:
    return np.clip(codec.draw(mu, one.tau, codec.latent, one.sigma2, seed), 0.0, 1.0)


def _table(made: tuple[Bits, ...]) -> Table:
    rows = tuple(
        (
            _short(one.title),
            f"{one.rate:.3f}",
            f"{one.misfit:.3f}",
            f"{one.total:.2f}",
            f"{one.rate + one.normalised:.3f}",
            f"{one.rate + one.density:.2f}".replace("-", "−")
            if one.dequantised is not None
            else "–",
            f"{one.rate + one.dequantised:.2f}" if one.dequantised is not None else "–",
        )
        for one in made
    )
    columns = ("", "R", "−log₂P", "ΣP", "bits", "density", "dequant.")
    return Table(
        columns, rows, "Bits per pixel: one scale, and two that are none",
        f"held-out digits, {LEVELS} grey levels",
        "; ".join(f"{one.title}: {one.rate + one.normalised:.3f} bits" for one in made),
    )  # fmt: skip


def _rows(made: tuple[Bits, ...] | tuple[()]) -> list[Row]:
    return [
        (one.title.split(",")[0], f"{one.rate + one.normalised:.3f} ± {one.error:.3f}",
         "Bits per pixel: rate and −log₂ P of the grey levels, normalised", "")
        for one in made
    ]  # fmt: skip


def first_rule(view: CompareView, context: Context) -> Rule | None:
    """The last examples end the row."""
    probe = probes.probe(DATA, 0.0)
    return Rule("first", high=len(probe.x) - SHOWN) if probe else None


def scenes(view: CompareView, context: Context) -> list[Scene]:
    """Draws to compare."""
    return [
        Scene("Means", "Four likelihoods, four times nearly the same mean.",
              {"first": 0, "draws": 0}),
        Scene("Other draws", "Draws differ: grain, black and white, and whole grey levels.",
              {"first": 0, "draws": 1}),
        Scene("Other digits", "The bars stay: they are means over all held-out digits.",
              {"first": 40, "draws": 0}),
    ]  # fmt: skip


TOOL = Tool(
    "compare",
    "Four likelihoods",
    "The same digits under four likelihoods: pictures, and bits per pixel on one scale.",
    CompareView,
    show,
    controls=("first", "draws"),
    rules=(first_rule,),
    scenes=scenes,
)
