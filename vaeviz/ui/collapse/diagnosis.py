"""Diagnosis: is this model healthy, collapsed, or does the prior simply fit? Knows no Streamlit."""

from __future__ import annotations

import dataclasses
from functools import partial

import numpy as np

from vaeviz.data.noise import fixed_noise
from vaeviz.figures.kl_bars import kl_bars
from vaeviz.figures.plane import plane
from vaeviz.figures.posteriors import posteriors
from vaeviz.figures.theme import Theme
from vaeviz.figures.unit_spread import unit_spread
from vaeviz.live.board import Panel
from vaeviz.measures.codecs.codec import Codec
from vaeviz.measures.collapse.diagnosis import diagnose
from vaeviz.measures.collapse.pairwise import pairwise_kl
from vaeviz.measures.collapse.reference import Reference
from vaeviz.records import ACTIVE, Array, ImageStrip, Observation, PlaneView
from vaeviz.records.diagnosis import Diagnosis
from vaeviz.records.posteriors import Posteriors, UnitSpread
from vaeviz.ui import references, store, views
from vaeviz.ui.collapse import findings
from vaeviz.ui.collapse.part import Part, Tool
from vaeviz.ui.collapse.scenes import of_the_data
from vaeviz.ui.collapse.settings import View
from vaeviz.ui.frames import clipped, standing
from vaeviz.ui.store import Asked, Once
from vaeviz.ui.views import Probe

THRESHOLD = 0.1  # nats
SHOWN = 24  # posteriors over each other
SWAPPED = 8  # columns of images
VERDICTS, ASKED, QUICK = Once(workers=1, most=4), Asked(), 0.05
COLUMNS = "minmax(0, 42fr) minmax(0, 58fr)"
LAYOUT = (
    ("verdict posteriors", "minmax(0, 1.62fr)"),
    ("swap kl", "minmax(0, 1.1fr)"),
    ("spread kl", "minmax(0, 1fr)"),
)


def part(view: View, probe: Probe, codec: Codec, theme: Theme) -> Part:
    """What moves with the hand is measured here; the verdict takes longer, and comes when the hand
    rests.
    """
    seen = store.observer(probe, codec)(clipped(view.tau, codec), view.d)
    found = _verdict(codec, probe, seen)
    notes = [*reason(found), *standing(view.model_settings, codec)]
    shown = drawn(view, probe, codec, seen, found, theme)
    return dataclasses.replace(shown, notes=notes, pending=found is None)


def drawn(
    view: View, probe: Probe, codec: Codec, seen: Observation, found: Diagnosis | None, theme: Theme
) -> Part:
    """The panels of what was seen; the verdict may still be on its way."""
    s = view.model_settings
    panels: dict[str, Panel] = {
        "verdict": findings.table(found, codec),
        "posteriors": posteriors(_posteriors(view, probe, codec, seen), theme),
        "kl": kl_bars(views.kl_bars(s, probe, codec, seen), theme),
        "spread": unit_spread(_spread(codec, seen), theme),
        "swap": _drawn(_swapped(probe, codec, seen), theme),
    }
    return Part(
        panels,
        controls=[_unit(len(seen.kl), view.unit)],
        readouts=findings.readouts(seen, found, THRESHOLD),
        columns=COLUMNS,
        rows=LAYOUT,
    )


def reason(found: Diagnosis | None) -> list[str]:
    """Why the verdict is what it is, in plain words."""
    return [f"{found.verdict.capitalize()}: {found.reason}"] if found else []


def _verdict(codec: Codec, probe: Probe, seen: Observation) -> Diagnosis | None:
    """None while it is on its way; begun once the hand rests."""
    key = (codec, probe, seen.tau, len(seen.kl))
    if not ASKED.rests(key):
        return None
    known = references.known(probe, codec.likelihood, QUICK)
    if known is None:
        return None
    return VERDICTS.result(key, partial(_diagnose, codec, probe, seen, known), QUICK)


def _diagnose(codec: Codec, probe: Probe, seen: Observation, known: Reference) -> Diagnosis:
    return diagnose(codec, seen.tau, len(seen.kl), probe.x, known, THRESHOLD)


def _posteriors(view: View, probe: Probe, codec: Codec, seen: Observation) -> Posteriors:
    """In the chosen dimension, or the one with the most information."""
    j = int(seen.kl.argmax()) if view.unit == "auto" else min(int(view.unit), len(seen.kl)) - 1
    apart = float(pairwise_kl(seen.mu, seen.logvar).by_dimension[j])
    deviation = np.exp(0.5 * seen.logvar[:SHOWN, j])
    return Posteriors(
        j,
        seen.mu[:SHOWN, j],
        deviation,
        probe.labels[:SHOWN],
        apart,
        float(seen.kl[j]),
        len(seen.mu),
        views.source(
            codec, f"{len(deviation)} examples, coloured by class; pairs of all {len(seen.mu):,}"
        ),
    )


def _spread(codec: Codec, seen: Observation) -> UnitSpread:
    return UnitSpread(
        seen.mu.var(0, dtype=np.float64),
        np.exp(seen.logvar.astype(np.float64)).mean(0),
        seen.kl < THRESHOLD,
        THRESHOLD,
        views.source(codec, f"{len(seen.mu):,} held-out examples; active: Var(μ) > {ACTIVE:g}"),
    )


def _swapped(probe: Probe, codec: Codec, seen: Observation) -> ImageStrip | PlaneView:
    """What the decoder makes of an example's own code, of another example's, and of prior
    samples.
    """
    n = SWAPPED if probe.data.about.is_image else min(300, len(probe.x))
    d = len(seen.kl)
    codes = [seen.mu[:n], np.roll(seen.mu[:n], 1, axis=0), fixed_noise(n, d)]
    own, other, prior = (codec.decode(z, seen.tau, d) for z in codes)
    if not probe.data.about.is_image:
        return _plane(probe, codec, prior)
    rows = np.stack([probe.x[:n], own, other, prior])
    moved = float(np.sqrt(((own - prior) ** 2).mean()))
    return ImageStrip(
        f"A code from the prior moves pixels by {moved:.2f} (RMS)",
        views.grey(probe, rows),
        ("x", "own z", "other's", "prior's"),
        f"{n} examples, decoded from their own codes, from each other's, and from prior samples;"
        f" own and prior's differ by {moved:.3f} a pixel (root mean square).",
        views.source(codec, "means of own posteriors, of the neighbour's, samples of p(z)"),
    )


def _plane(probe: Probe, codec: Codec, prior: Array) -> PlaneView:
    reach = float(np.abs(probe.x).max()) * 1.05
    layers = (("data", "data", probe.x[: len(prior)]), ("the prior's z, decoded", "decoder", prior))
    kind = views.source(codec, f"{len(prior)} samples of p(z), means")
    return PlaneView("Prior samples", layers, -reach, reach, kind)


def _drawn(view: ImageStrip | PlaneView, theme: Theme) -> Panel:
    return view if isinstance(view, ImageStrip) else plane(view, theme)


def _unit(d: int, unit: str) -> dict[str, object]:
    names = [["auto", "most informative", ""], *([str(k + 1), f"z{k + 1}", ""] for k in range(d))]
    if unit not in [name for name, *_ in names]:
        names.append([unit, f"z{unit}: z{d} shown", f"There are {d} dimensions"])
    return {
        "name": "unit",
        "kind": "choice",
        "label": "posteriors of",
        "options": names,
        "help": "The dimension whose posteriors are laid over each other",
    }


TOOL = Tool(
    "diagnosis",
    "Diagnosis",
    "Do different x have different q(z|x)? As τ rises, one by one they become the prior.",
    part,
    scenes=of_the_data,
)
