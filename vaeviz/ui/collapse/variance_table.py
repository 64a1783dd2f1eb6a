"""Fixed, optimal, learned and per-pixel σ² in numbers, and how good their samples are. Knows no
Streamlit.
"""

from __future__ import annotations

from vaeviz.measures import variances
from vaeviz.measures.energy import DRAWS, SIZE
from vaeviz.records import Observation, Table
from vaeviz.records.variance import SampleDistance
from vaeviz.ui import kept
from vaeviz.ui.collapse.variance_levels import Laboratory, Spread, short
from vaeviz.ui.collapse.variance_trained import SideBySide, Trained
from vaeviz.ui.collapse.variance_words import dull, headline
from vaeviz.ui.settings import Settings
from vaeviz.ui.views import Probe

Cells = tuple[str, str, str, str, str]
FITTED = "per pixel, fitted"
COLUMNS = ("σ²", "value", "held-out ELBO (nats)", "samples, as means", "as sampled pixels")


def variance_table(
    s: Settings,
    probe: Probe,
    seen: Observation,
    lab: Laboratory | None,
    spread: Spread | None = None,
    trained: SideBySide | None = None,
) -> Table:
    """Four ways to a σ² of one network, the trained pair, and every other kept model that learned
    its own.

    Samples are told by their distance to held-out examples. What is being measured is an ellipsis.
    """
    pair = (_trained(trained.one), _trained(trained.each)) if trained else ()
    rows = (*_one_network(s, probe, seen), *_fitted(lab, spread), *pair, *_kept(probe, trained))
    if lab is None:
        return Table(
            COLUMNS, rows, "Fixed or optimal σ²", "being measured", "The fits are being measured."
        )
    title, best = headline(lab, trained), lab.best[1]
    finding = (
        f"{title}: fitted, {lab.pixels.elbo:,.1f} nats against {best:,.1f}."
        f" {dull(lab, probe.elements)}."
    )
    return Table(COLUMNS, rows, title, _source(spread, trained), finding)


def _one_network(s: Settings, probe: Probe, seen: Observation) -> list[Cells]:
    """The network for the slider's σ², with that σ² and with the best for what it does."""
    ways = ("fixed", s.sigma2), ("optimal, same network", seen.loss / probe.elements)
    return [
        (
            name,
            short(value),
            _nats(
                float(variances.elbo(seen.loss, seen.rate, probe.elements, value)),
                0.5 * seen.loss_error / value,
            ),
            "",
            "",
        )
        for name, value in ways
    ]


def _fitted(lab: Laboratory | None, spread: Spread | None) -> list[Cells]:
    """The network at which σ² = MSE, with that σ², and with one for every pixel."""
    far = (spread.means, spread.sampled, spread.fitted) if spread else (None,) * 3
    means, sampled, fitted = map(_far, far)
    if lab is None:
        return [(name, "…", "…", "…", "…") for name in ("learned", FITTED)]
    p = lab.pixels
    return [
        ("learned", short(lab.best[0]), _nats(*lab.best[1:]), means, sampled),
        (
            FITTED,
            _span(float(p.variances.min()), float(p.variances.max())),
            _nats(p.elbo, p.error),
            means,
            fitted,
        ),
    ]


def _trained(t: Trained) -> Cells:
    value = _span(*t.span) if t.own.per_pixel else short(t.own.sigma2)
    return (t.row_name, value, _nats(*t.elbo), _far(t.means), _far(t.sampled))


def _kept(probe: Probe, trained: SideBySide | None) -> list[Cells]:
    """Other kept models with a σ² that training found, as their manifests have them."""
    shown = {t.own.entry.name for t in (trained.one, trained.each)} if trained else set()
    found = [
        each
        for each in kept.dedicated(probe.data.name)
        if each.entry.name not in shown and (each.per_pixel or each.run.likelihood in kept.OPTIMAL)
    ]
    return [
        (
            f"{each.entry.name}, d {each.run.latent}",
            "one a pixel" if each.per_pixel else short(each.sigma2),
            _nats(each.entry.manifest.held_out["elbo"], 0.0),
            "",
            "",
        )
        for each in found
        if each.entry.manifest and "elbo" in each.entry.manifest.held_out
    ]


def _source(spread: Spread | None, trained: SideBySide | None) -> str:
    fresh = f" (training examples: {_number(spread.training)})" if spread else ""
    pair = f"; † {_names(trained)}" if trained else ""
    return (
        f"± over examples; samples: energy distance of {DRAWS} × {SIZE} prior draws to held-out"
        f" examples{fresh}, ± over draws{pair}"
    )


def _names(trained: SideBySide) -> str:
    one, each = trained.one.own, trained.each.own
    return f"{one.entry.name}, {each.entry.name}: trained alike, d = {one.run.latent}"


def _far(distance: SampleDistance | None) -> str:
    return "…" if distance is None else f"{_number(distance.value)} ± {distance.error:.3f}"


def _number(value: float) -> str:
    return f"{value:.3f}".replace("-", "−")


def _span(least: float, greatest: float) -> str:
    return f"{short(least)} to {short(greatest)}"


def _nats(value: float, error: float) -> str:
    digits = 2 if abs(value) < 10 else 1 if abs(value) < 10_000 else 0
    text = f"{value:,.{digits}f}" + (f" ± {error:,.{digits}f}" if error else "")
    return text.replace("-", "−")
