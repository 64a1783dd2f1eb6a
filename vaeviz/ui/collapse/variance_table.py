"""Fixed, optimal, learned and per-pixel σ² in numbers. Knows no Streamlit."""

from __future__ import annotations

from vaeviz.measures import variances
from vaeviz.records import Array, Observation, Table
from vaeviz.ui import kept
from vaeviz.ui.collapse.variance_levels import Laboratory, short
from vaeviz.ui.settings import Settings
from vaeviz.ui.views import Probe

Cells = tuple[str, str, str, str]


def variance_table(s: Settings, probe: Probe, seen: Observation, lab: Laboratory | None) -> Table:
    """Four ways to a σ², each with its held-out ELBO, and every kept model that learned its own.

    The last two ways are given once they are measured.
    """
    rows = (*_one_network(s, probe, seen), *_fitted(lab), *_kept(probe))
    columns = ("σ²", "value", "held-out ELBO (nats)", "how")
    if lab is None:
        return Table(columns, rows, "Fixed or optimal σ²", "being measured", "The fits are being measured.")
    best, own = lab.best[1], lab.pixels.elbo
    title = _title(own - best, max(lab.best[2], lab.pixels.error))
    finding = f"{title}: {own:,.1f} nats against {best:,.1f}. {_dull(lab, probe.elements)}."
    return Table(columns, rows, title, _table_source(lab), finding)


def _title(gain: float, error: float) -> str:
    if abs(gain) <= error:
        return "One σ² and one a pixel fit alike"
    return "A σ² for every pixel fits best" if gain > 0 else "One learned σ² fits best"


def _one_network(s: Settings, probe: Probe, seen: Observation) -> list[Cells]:
    """The network for the slider's σ², with that σ² and with the best for what it does."""
    ways = (("fixed", s.sigma2, "the slider's"),
            ("optimal, same network", seen.loss / probe.elements, "σ² = its MSE, not retrained"))  # fmt: skip
    return [
        (name, short(value), _nats(float(variances.elbo(seen.loss, seen.rate, probe.elements, value)),
                                   0.5 * seen.loss_error / value), how)
        for name, value, how in ways
    ]  # fmt: skip


def _fitted(lab: Laboratory | None) -> list[Cells]:
    how = "where σ² = MSE of its own network", "closed form, not retrained"
    if lab is None:
        return [("learned", "…", "…", how[0]), ("per pixel", "…", "…", how[1])]
    p = lab.pixels
    return [("learned", short(lab.best[0]), _nats(*lab.best[1:]), how[0]),
            ("per pixel", _span(p.variances), _nats(p.elbo, p.error), how[1])]  # fmt: skip


def _kept(probe: Probe) -> list[Cells]:
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
    digits = 2 if abs(value) < 10 else 1 if abs(value) < 10_000 else 0
    text = f"{value:,.{digits}f}" + (f" ± {error:,.{digits}f}" if error else "")
    return text.replace("-", "−")
