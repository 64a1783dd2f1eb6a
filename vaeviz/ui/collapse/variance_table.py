"""Fixed, optimal, learned and per-pixel σ² in numbers. Knows no Streamlit."""

from __future__ import annotations

from vaeviz.measures import variances
from vaeviz.records import Array, Observation, Table
from vaeviz.ui import kept
from vaeviz.ui.collapse.variance_levels import Laboratory, short
from vaeviz.ui.settings import Settings
from vaeviz.ui.views import Probe


def variance_table(s: Settings, probe: Probe, seen: Observation, lab: Laboratory) -> Table:
    """Four ways to a σ², each with its held-out ELBO, and every kept model that learned its own."""
    n, mse = probe.elements, seen.loss / probe.elements
    here = float(variances.elbo(seen.loss, seen.rate, n, s.sigma2))
    own = float(variances.elbo(seen.loss, seen.rate, n, mse))
    pixels, error = lab.pixels, 0.5 * seen.loss_error
    rows = (
        ("fixed", short(s.sigma2), _nats(here, error / s.sigma2), "the slider's"),
        ("optimal, same network", short(mse), _nats(own, error / mse), "σ² = its MSE, not retrained"),
        ("learned", short(lab.best[0]), _nats(*lab.best[1:]), "where σ² = MSE of its own network"),
        (
            "per pixel",
            _span(pixels.variances),
            _nats(pixels.elbo, pixels.error),
            "closed form, not retrained",
        ),
        *_kept(probe),
    )
    best = max(lab.best[1], pixels.elbo)
    title = "A σ² for every pixel fits best" if best == pixels.elbo else "One learned σ² fits best"
    finding = f"{title}: {pixels.elbo:,.1f} nats against {lab.best[1]:,.1f}. {_dull(lab, n)}"
    columns = ("σ²", "value", "held-out ELBO (nats)", "how")
    return Table(columns, rows, title, _table_source(lab), finding)


def _kept(probe: Probe) -> list[tuple[str, str, str, str]]:
    """The kept models that were trained with a learned or optimal σ², as their manifests have them."""
    found = [each for each in kept.dedicated(probe.data.name) if each.run.likelihood in kept.OPTIMAL]
    return [
        (each.entry.name, short(each.sigma2), _nats(each.entry.manifest.held_out["elbo"], 0.0),
         f"dedicated, d = {each.run.latent}, β = {each.run.beta:g}")
        for each in found if each.entry.manifest and "elbo" in each.entry.manifest.held_out
    ]  # fmt: skip


def _table_source(lab: Laboratory) -> str:
    return (
        f"{_dull(lab, len(lab.pixels.variances))}; fitted on training residuals, none below 1e-4; "
        "± standard error over examples"
    )


def _dull(lab: Laboratory, elements: int) -> str:
    """Where the nats of per-pixel variances come from, against the best single one."""
    p = lab.pixels
    rest = f"{p.gain - p.floored_gain:+,.1f}".replace("-", "−")
    return (
        f"{p.floored} of {elements} pixels hardly vary and gain {p.floored_gain:,.1f} nats, the others {rest}"
    )


def _span(values: Array) -> str:
    return f"{short(float(values.min()))} to {short(float(values.max()))}"


def _nats(value: float, error: float) -> str:
    digits = 1 if abs(value) < 10_000 else 0
    text = f"{value:,.{digits}f}" + (f" ± {error:,.{digits}f}" if error else "")
    return text.replace("-", "−")
