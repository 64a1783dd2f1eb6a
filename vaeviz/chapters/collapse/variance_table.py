"""Fixed, optimal, learned and per-pixel σ² in numbers, and the quality of their samples."""

from __future__ import annotations

from vaeviz.chapters.collapse.variance_levels import Laboratory, Spread, short
from vaeviz.chapters.collapse.variance_trained import SideBySide, Trained
from vaeviz.chapters.collapse.variance_words import dull, headline
from vaeviz.measures import variances
from vaeviz.measures.energy import DRAWS, SIZE
from vaeviz.records import Observation, Table
from vaeviz.records.variance import SampleDistance
from vaeviz.serve import kept
from vaeviz.serve.probes import Probe

Cells = tuple[str, str, str, str, str]
FITTED = "per pixel, fitted"
COLUMNS = ("σ²", "value", "held-out ELBO (nats)", "samples, as means", "as sampled pixels")


def variance_table(
    sigma2: float,
    probe: Probe,
    observation: Observation,
    lab: Laboratory | None,
    spread: Spread | None = None,
    trained: SideBySide | None = None,
) -> Table:
    """Four σ² of one network, the trained pair, and every other kept model with a learned σ².

    The quality of samples is their distance to held-out examples. An ellipsis is still computing.
    """
    pair = (_trained(trained.one), _trained(trained.each)) if trained else ()
    network = _one_network(sigma2, probe, observation)
    rows = (*network, *_fitted(lab, spread), *pair, *_kept(probe, trained))
    if lab is None:
        finding = "The fits are being measured."
        return Table(COLUMNS, rows, "Fixed or optimal σ²", "being measured", finding)
    title = headline(lab, trained)
    nats = f"{lab.pixels.elbo:,.1f} nats against {lab.best[1]:,.1f}"
    finding = f"{title}: fitted, {nats}. {dull(lab, probe.elements)}."
    return Table(COLUMNS, rows, title, _source(spread, trained), finding)


def _one_network(sigma2: float, probe: Probe, observation: Observation) -> list[Cells]:
    """The network for the slider's σ², with that σ² and with the optimal one."""
    loss, n = observation.loss, probe.elements
    rows = []
    for name, value in (("fixed", sigma2), ("optimal, same network", loss / n)):
        elbo = float(variances.elbo(loss, observation.rate, n, value))
        nats = _nats(elbo, 0.5 * observation.loss_error / value)
        rows.append((name, short(value), nats, "", ""))
    return rows


def _fitted(lab: Laboratory | None, spread: Spread | None) -> list[Cells]:
    """The network with σ² = MSE, with that σ², and with one per pixel."""
    if lab is None:
        return [(name, "…", "…", "…", "…") for name in ("learned", FITTED)]
    far = (spread.means, spread.sampled, spread.fitted) if spread else (None,) * 3
    means, sampled, fitted = map(_far, far)
    (sigma2, elbo, error), p = lab.best, lab.pixels
    span = _span(float(p.variances.min()), float(p.variances.max()))
    return [
        ("learned", short(sigma2), _nats(elbo, error), means, sampled),
        (FITTED, span, _nats(p.elbo, p.error), means, fitted),
    ]


def _trained(t: Trained) -> Cells:
    value = _span(*t.span) if t.kept.per_pixel else short(t.kept.sigma2)
    return (t.row_name, value, _nats(*t.elbo), _far(t.means), _far(t.sampled))


def _kept(probe: Probe, trained: SideBySide | None) -> list[Cells]:
    """Other kept models with a trained σ², from their manifests."""
    rows = []
    pair = {t.kept.entry.name for t in (trained.one, trained.each)} if trained else set()
    for model in kept.dedicated(probe.data.name):
        about, learned = model.entry.manifest, model.density.variance in kept.FOUND
        if model.entry.name in pair or not (model.per_pixel or learned):
            continue
        if about and "elbo" in about.held_out:
            name = f"{model.entry.name}, d {model.run.latent}"
            value = "one per pixel" if model.per_pixel else short(model.sigma2)
            rows.append((name, value, _nats(about.held_out["elbo"], 0.0), "", ""))
    return rows


def _source(spread: Spread | None, trained: SideBySide | None) -> str:
    fresh = f" (training examples: {_number(spread.training)})" if spread else ""
    pair = f"; † {_names(trained)}" if trained else ""
    return (
        f"± over examples; samples: energy distance of {DRAWS} × {SIZE} prior draws to held-out"
        f" examples{fresh}, ± over draws{pair}"
    )


def _names(trained: SideBySide) -> str:
    one, each = trained.one.kept, trained.each.kept
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
