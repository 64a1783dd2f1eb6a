"""One frame of the Explorer: settings and a codec in, one message for the board out. Knows no Streamlit."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from vaeviz.figures.kl_bars import kl_bars
from vaeviz.figures.latent_map import latent_map
from vaeviz.figures.plane import plane
from vaeviz.figures.rate_distortion import rate_distortion
from vaeviz.figures.theme import THEMES, Theme
from vaeviz.live import board
from vaeviz.measures.codec import Codec
from vaeviz.measures.observe import read
from vaeviz.records import ImageStrip, Observation, Readings
from vaeviz.ui import views
from vaeviz.ui.controls import LIMITS, describe
from vaeviz.ui.scenes import described
from vaeviz.ui.settings import Settings
from vaeviz.ui.views import Probe

Observe = Callable[[float, int], Observation]


def frame(s: Settings, probe: Probe, codec: Codec, observe: Observe, theme: Theme) -> dict[str, board.Panel]:
    """All panels at these settings; `observe(tau, d)` measures the probe set (and may remember)."""
    seen = observe(clipped(s.tau, codec), s.d)
    panels: dict[str, board.Panel] = {
        "map": latent_map(views.latent_map(s, probe, codec, seen), theme),
        "kl": kl_bars(views.kl_bars(s, probe, codec, seen), theme),
        "rd": rate_distortion(views.rate_distortion(s, probe, codec, seen), theme),
    }
    for name, view in views.strips(s, probe, codec, seen).items():
        panels[name] = view if isinstance(view, ImageStrip) else plane(view, theme)
    return panels


def message(s: Settings, probe: Probe, codec: Codec, observe: Observe, decoders: tuple[str, ...],
            notes: list[str], theme: str, kept: Settings | None = None, **header: Any) -> bytes:  # fmt: skip
    """The board's message: panels, controls, read-outs and notes; `kept` are the settings to go on with.

    They differ from the ones shown while what was asked for is still on its way.
    """
    kept = kept or s
    seen = observe(clipped(s.tau, codec), s.d)
    readings = read(seen, probe.elements, codec.likelihood, s.beta, s.sigma2, s.threshold)
    return board.pack(
        frame(s, probe, codec, observe, THEMES[theme]),
        settings=dataclasses.asdict(kept), controls=describe(s, probe, codec, decoders, THEMES[theme]),
        readouts=readouts(s, readings), notes=[*notes, *remarks(s, codec)], link=kept.query(),
        scenes=described(probe.linear.eigenvalues, codec.latent),
        limits={n: (k.low, k.high) for n, k in LIMITS.items()},
        theme=theme, paper=THEMES[theme].paper,
        shape="images" if probe.data.about.is_image else "plane", **header,
    )  # fmt: skip


def clipped(tau: float, codec: Codec) -> float:
    """τ within the range that the codec was made for, to four digits: a held τ is the same τ."""
    low, high = codec.tau_range
    return min(max(float(f"{tau:.4g}"), low), high)


def remarks(s: Settings, codec: Codec) -> list[str]:
    """What the room should know about these settings."""
    low, high = codec.tau_range
    if not s.gaussian:
        return ["This decoder has no σ²: τ = β."]
    held = "τ is held: β and σ² move together." if s.hold == "tau" else ""
    notes = [f"β and σ² move the network only through τ = βσ² = {s.tau:.3g}. {held}".strip()]
    if not low <= s.tau <= high:
        notes.append(f"Shown at τ = {clipped(s.tau, codec):g}, the end of this model's range.")
    return notes


Row = tuple[str, str, str, str]  # label, value, help, level


def readouts(s: Settings, r: Readings) -> list[Row]:
    """The read-outs, each with its help text; `level` colours an alarm."""
    rows: list[Row] = [
        ("rate R", f"{r.rate:.2f} nats", "Mean KL(q(z|x) ‖ p(z)) over the examples shown", ""),
        ("distortion D", f"{_nats(r.distortion)} ± {_nats(r.error)}",
         "Mean −log p(x|z), all constants, one z an example, ± one standard error", ""),
        ("ELBO = −(D + R)", _nats(r.elbo), "The evidence lower bound, nats per example", ""),
        ("J = D + βR", _nats(r.objective), "What training minimises, in nats per example", ""),
        ("active units", f"{r.active} of {r.dimensions}", "Dimensions with Var(μ) over 0.01", ""),
        ("collapsed", f"{r.collapsed} of {r.dimensions}{_ALARM[r.alarm]}",
         f"Mean KL below {s.threshold:g} nats; warning over 10 %, alarm over 20 % of the dimensions",
         "" if r.alarm == "fine" else r.alarm),
    ]  # fmt: skip
    if r.optimal_sigma2 is not None:
        rows.append(("optimal σ²", f"{r.optimal_sigma2:.3g}", "The mean squared error per element", ""))
    return rows


_ALARM = {"fine": "", "warning": " · warning", "alarm": " · alarm"}


def _nats(value: float) -> str:
    return (f"{value:,.2f}" if abs(value) < 1000 else f"{value:,.0f}").replace("-", "−")
