"""One frame of the Explorer: settings and a codec in, one message for the board out. Knows no
Streamlit.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

from vaeviz.figures.kl_bars import kl_bars
from vaeviz.figures.latent_map import latent_map
from vaeviz.figures.plane import plane
from vaeviz.figures.rate_distortion import rate_distortion
from vaeviz.figures.theme import THEMES, Theme
from vaeviz.live import board
from vaeviz.measures.codecs.codec import TAU_HIGH, Codec
from vaeviz.measures.observe import read
from vaeviz.records import ACTIVE, ImageStrip, Observation, Readings
from vaeviz.ui import views
from vaeviz.ui.controls import LIMITS, describe
from vaeviz.ui.scenes import described
from vaeviz.ui.settings import MULTI_RATE, Settings
from vaeviz.ui.views import Probe

Observe = Callable[[float, int], Observation]
ONLY = ((MULTI_RATE, "multi-rate", ""),)  # the choice of models where none is kept


def frame(
    s: Settings, probe: Probe, codec: Codec, observe: Observe, theme: Theme
) -> dict[str, board.Panel]:
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


def message(
    s: Settings,
    probe: Probe,
    codec: Codec,
    observe: Observe,
    decoders: tuple[str, ...],
    notes: list[str],
    theme: str,
    kept: Settings | None = None,
    models: Sequence[Sequence[str]] = ONLY,
    **header: Any,
) -> bytes:
    """The board's message: panels, controls, read-outs and notes; `kept` are the settings to go on
    with.

    They differ from the ones shown while what was asked for is still on its way.
    """
    kept = kept or s
    seen = observe(clipped(s.tau, codec), s.d)
    readings = read(seen, probe.elements, codec.likelihood, s.beta, s.sigma2, s.threshold)
    return board.pack(
        frame(s, probe, codec, observe, THEMES[theme]),
        settings=dataclasses.asdict(kept),
        controls=describe(s, probe, codec, decoders, THEMES[theme], models),
        readouts=readouts(s, readings),
        notes=[*notes, *remarks(s, codec)],
        link=kept.query(),
        scenes=_scenes(probe, codec),
        limits={n: (k.low, k.high) for n, k in LIMITS.items()},
        theme=theme,
        paper=THEMES[theme].paper,
        shape="images" if probe.data.about.is_image else "plane",
        **header,
    )


def _scenes(probe: Probe, codec: Codec) -> list[dict[str, Any]]:
    """Placed for the model that answers; a scene leaves a kept model, which has but one place."""
    home = (probe.linear.latent, TAU_HIGH) if codec.remark else (codec.latent, codec.tau_range[1])
    return described(probe.linear.eigenvalues, *home)


def clipped(tau: float, codec: Codec) -> float:
    """τ within the range that the codec was made for, to four digits: a held τ is the same τ."""
    low, high = codec.tau_range
    return min(max(float(f"{tau:.4g}"), low), high)


def at_the_end(s: Settings, codec: Codec) -> bool:
    """Whether what is shown is the end of the model's range, and not the τ asked for."""
    return not codec.remark and clipped(s.tau, codec) != float(f"{s.tau:.4g}")


def standing(s: Settings, codec: Codec) -> list[str]:
    """The line that says where the network stands, unless it stands where the sliders ask for."""
    if codec.remark:
        return [codec.remark]
    if not at_the_end(s, codec):
        return []
    knob = "τ" if s.gaussian else "β"
    return [f"The network is shown at {knob} = {clipped(s.tau, codec):g}, the end of its range."]


def remarks(s: Settings, codec: Codec) -> list[str]:
    """What the room should know about these settings."""
    if codec.remark:
        return standing(s, codec)
    notes = _ABOUT.get(s.decoder) or [
        f"β and σ² move the network only through τ = βσ² = {s.tau:.3g}."
    ]
    if s.decoder == "gaussian" and s.hold == "tau":
        notes = [*notes, "τ is held: β and σ² move against each other."]
    return [*notes, *standing(s, codec)]


_ABOUT = {
    "bernoulli": ["No σ² here: τ = β. On grey pixels D is a cross-entropy, not a density."],
    "categorical": ["No σ² here: τ = β. D is the log mass of grey levels, not a density."],
}


Row = tuple[str, str, str, str]  # label, value, help, level


def readouts(s: Settings, r: Readings) -> list[Row]:
    """The read-outs, each with its help text; `level` colours an alarm."""
    rows: list[Row] = [
        ("R (nats)", f"{r.rate:.2f}", "Mean KL(q(z|x) ‖ p(z)) over the examples shown", ""),
        (
            "D (nats)",
            f"{_nats(r.distortion)} ± {_error(r)}",
            "Mean −log p(x|z), all constants, one z an example, ± one standard error",
            "",
        ),
        ("ELBO (nats)", _nats(r.elbo), "The evidence lower bound −(D + R), per example", ""),
        (
            "J = D + βR (nats)",
            _nats(r.objective),
            "What training minimises, in nats per example",
            "",
        ),
        (
            "active units",
            f"{r.active} of {r.dimensions}",
            f"Dimensions with Var(μ) over {ACTIVE:g}",
            "",
        ),
        (
            "collapsed",
            f"{r.collapsed} of {r.dimensions}{_ALARM[r.alarm]}",
            (
                f"Mean KL below {s.threshold:g} nats; warning over 10 %, alarm over 20 % of the"
                " dimensions"
            ),
            "" if r.alarm == "fine" else r.alarm,
        ),
    ]
    if r.optimal_sigma2 is not None:
        rows.append(
            ("optimal σ²", f"{r.optimal_sigma2:.3g}", "The mean squared error per element", "")
        )
    return rows


_ALARM = {"fine": "", "warning": " · warning", "alarm": " · alarm"}


def _error(r: Readings) -> str:
    """The distortion's standard error, with as many decimals as the distortion is shown with."""
    return f"{r.error:.2f}" if abs(r.distortion) < 1000 else f"{r.error:,.0f}"


def _nats(value: float) -> str:
    return (f"{value:,.2f}" if abs(value) < 1000 else f"{value:,.0f}").replace("-", "−")
