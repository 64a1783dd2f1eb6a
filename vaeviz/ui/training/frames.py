"""From a live run's frame to the Training board's message: panels, read-outs, headings. No
Streamlit.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from vaeviz.config import ONE_VARIANCE
from vaeviz.figures.gradient_norms import gradient_norms
from vaeviz.figures.kl_heat import kl_heat
from vaeviz.figures.latent_map import latent_map
from vaeviz.figures.loss_curves import loss_curves
from vaeviz.figures.over_steps import number
from vaeviz.figures.plane import plane
from vaeviz.figures.rate_curve import rate_curve
from vaeviz.figures.theme import THEMES, Theme
from vaeviz.live import board
from vaeviz.records import ACTIVE, ImageStrip, Learner, LiveFrame, Move, alarm
from vaeviz.ui.training import views
from vaeviz.ui.training.controls import describe
from vaeviz.ui.training.settings import Plan
from vaeviz.ui.training.strips import strips
from vaeviz.ui.training.twins import described
from vaeviz.ui.training.views import Axes
from vaeviz.ui.training.words import heading
from vaeviz.ui.views import Probe

Text = str | list[str]  # one, or one for each twin
Row = tuple[str, Text, str, Text]  # label, value, help, level
EMPTY = "Choose a model, or one of the ready twins above, then press Start."


def message(
    plan: Plan,
    probe: Probe,
    frame: LiveFrame | None,
    theme: str,
    *,
    run: Plan | None = None,
    axes: Axes | None = None,
    notes: Sequence[str] = (),
    same: bool = False,
    name: str = "",
    **header: Any,
) -> bytes:
    """The board's message at `plan`'s settings; `frame` is that of `run`, which was started with
    its own.

    `probe` belongs to the run's data set. `axes` are those of `views.axes`, to be kept from frame
    to frame; without a frame there is the line of what to do, and with `same` no panels at all.
    """
    look = views.looking(run or plan, plan)
    shown = {} if same else panels(look, probe, frame, THEMES[theme], axes)
    return board.pack(
        shown,
        settings=dataclasses.asdict(plan),
        controls=describe(plan, len(probe.x), THEMES[theme], running=frame is not None),
        readouts=readouts(look, frame) if frame else [],
        notes=list(notes),
        scenes=described(),
        layout="twins" if frame and len(frame.learners) > 1 else "one",
        headings=headings(look, frame) if frame else {},
        empty="" if frame else EMPTY,
        theme=theme,
        paper=THEMES[theme].paper,
        same=same,
        frame=name,
        **header,
    )


def panels(
    look: Plan, probe: Probe, frame: LiveFrame | None, theme: Theme, axes: Axes | None = None
) -> dict[str, board.Panel]:
    """All panels by name, with "a-" and "b-" before those of twins; without a frame, none."""
    if frame is None:
        return {}
    at = axes or views.axes(look, frame, probe)
    made: dict[str, board.Panel] = {}
    for k, (seen, member) in enumerate(zip(frame.learners, (look, look.second()), strict=False)):
        moves = tuple(m for m in frame.moves if k == 0 or m.name != look.twin)  # B keeps its own
        before = f"{seen.label.lower()}-" if seen.label else ""
        own = _learner(member, probe, seen, moves, at, theme)
        made |= {before + name: panel for name, panel in own.items()}
    return made


def _learner(
    look: Plan, probe: Probe, seen: Learner, moves: tuple[Move, ...], at: Axes, theme: Theme
) -> dict[str, board.Panel]:
    shown = strips(seen, probe, look.decoder == "masked")
    return {
        "map": latent_map(views.latent_map(look, seen, probe, at.span), theme),
        "loss": loss_curves(views.loss(look, seen, moves, at), theme),
        "rate": rate_curve(views.rate(look, seen, moves, at), theme),
        "heat": kl_heat(views.heat(look, seen, moves, at), theme),
        "grads": gradient_norms(views.gradients(look, seen, moves, at), theme),
        **{name: s if isinstance(s, ImageStrip) else plane(s, theme) for name, s in shown.items()},
    }


def headings(look: Plan, frame: LiveFrame) -> dict[str, str]:
    """What tells the twins apart, above each; nothing for a run alone."""
    if len(frame.learners) < 2:
        return {}
    members = (look, look.second())
    return {
        seen.label.lower(): f"{seen.label}: {heading(member, look.twin, seen)}"
        for member, seen in zip(members, frame.learners, strict=True)
    }


def readouts(look: Plan, frame: LiveFrame) -> list[Row]:
    """The read-outs on the held-out probes; of twins, a list of A's value and B's."""
    both = frame.learners
    rows: list[Row] = [
        ("step", f"{frame.step:,} of {frame.steps:,}", "Updates made, of those planned", ""),
        (
            "R (nats)",
            _beside([_rate(s) for s in both]),
            "Mean KL(q(z|x) ‖ p(z)) on held-out examples",
            "",
        ),
        (
            "D (nats)",
            _beside([number(s.distortion) for s in both]),
            (
                "Mean −log p(x|z) on held-out examples, all constants, one fixed ε"
                f" each{_seeing(look)}"
            ),
            "",
        ),
        (
            "ELBO (nats)",
            _beside([_elbo(s) for s in both]),
            "The evidence lower bound −(D + R), held out; a plain autoencoder has none",
            "",
        ),
        (
            "J (nats)",
            _beside([number(s.distortion + s.beta * s.rate) for s in both]),
            "D + βR with the β now in force, held out",
            "",
        ),
        (
            "active",
            _beside([f"{s.active} of {s.mu.shape[1]}" for s in both]),
            (
                f"Dimensions with Var(μ) over {ACTIVE:g}; warning when over 10 %, alarm when over"
                f" 20 % of the dimensions have less than {views.THRESHOLD:g} nats of KL"
            ),
            _beside([_alarm(s) for s in both]),
        ),
        (
            "β now",
            _beside([f"{s.beta:.3g}" if s.variational else "—" for s in both]),
            "The weight of R in force at this step, after its schedule",
            "",
        ),
        (
            "σ² now",
            _beside([_sigma2(m, s) for m, s in zip((look, look.second()), both, strict=False)]),
            "The decoder's variance in squared data units",
            "",
        ),
    ]
    return rows


def _seeing(look: Plan) -> str:
    """What a masked decoder's distortion must not keep to itself."""
    masked = "masked" in (look.decoder, look.second().decoder)
    return "; the masked decoder judges each pixel seeing those of x before it" if masked else ""


def _beside(values: Sequence[str]) -> Text:
    """One value, or a column for each of the twins."""
    return list(values) if len(values) > 1 else values[0]


def _rate(seen: Learner) -> str:
    return number(seen.rate) if seen.variational else "—"


def _elbo(seen: Learner) -> str:
    return number(-(seen.distortion + seen.rate)) if seen.variational else "—"


def _sigma2(member: Plan, seen: Learner) -> str:
    if member.likelihood == "gaussian-per-pixel":
        return "one a pixel"
    return f"{seen.sigma2:.3g}" if member.likelihood in ONE_VARIANCE else "—"


def _alarm(seen: Learner) -> str:
    """ "", "warning" or "alarm" by the part of the dimensions that has collapsed."""
    share = float((seen.kl < views.THRESHOLD).mean()) if seen.variational else 0.0
    return alarm(share)
