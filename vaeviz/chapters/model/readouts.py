"""Read-outs of a model at one view: rate, distortion, bound, active and collapsed dimensions."""

from __future__ import annotations

from vaeviz.chapters.chapter import Row
from vaeviz.records import ACTIVE, Readings, alarm
from vaeviz.records.active import Units

BOUND = "The evidence lower bound −(D + R), per example"


def readouts(r: Readings, threshold: float) -> list[Row]:
    """The read-outs, each with its help text; `level` colours an alarm."""
    distortion = "Mean −log p(x|z), all constants, one z per example, ± one standard error"
    objective = "What training minimises, in nats per example"
    rows: list[Row] = [
        rate_row(r.rate),
        ("D (nats)", f"{nats(r.distortion)} ± {_error(r)}", distortion, ""),
        ("ELBO (nats)", nats(r.elbo), BOUND, ""),
        ("J = D + βR (nats)", nats(r.objective), objective, ""),
        *unit_rows(r.units, threshold),
    ]
    if r.optimal_sigma2 is not None:
        error = "The mean squared error per element"
        rows.append(("optimal σ²", f"{r.optimal_sigma2:.3g}", error, ""))
    return rows


def rate_row(rate: float) -> Row:
    return "R (nats)", f"{rate:.2f}", "Mean KL(q(z|x) ‖ p(z)) over the examples shown", ""


def unit_rows(units: Units, threshold: float) -> list[Row]:
    """Active and collapsed dimensions, each by its measure where some are both, and the alarm as
    the row's level.
    """
    d, level = units.dimensions, alarm(units.collapsed / units.dimensions)
    by = (" by spread of μ", " by KL") if units.both else ("", "")  # where the two measures part
    alarmed = f" · {level}" if level else ""
    neither = d - units.active - units.collapsed + units.both
    return [
        (
            "active units",
            f"{units.active} of {d}{by[0]}",
            f"Dimensions whose μ varies: Var(μ) over {ACTIVE:g}. Collapsed is another measure, by"
            f" KL: {units.both} are both, {neither} neither",
            "",
        ),
        (
            "collapsed",
            f"{units.collapsed} of {d}{by[1]}{alarmed}",
            f"Mean KL below {threshold:g} nats, whether μ varies or not; warning over 10 %, alarm"
            " over 20 % of the dimensions",
            level,
        ),
    ]


def nats(value: float) -> str:
    return (f"{value:,.2f}" if abs(value) < 1000 else f"{value:,.0f}").replace("-", "−")


def _error(r: Readings) -> str:
    """The distortion's standard error, with the distortion's decimals."""
    return f"{r.error:.2f}" if abs(r.distortion) < 1000 else f"{r.error:,.0f}"
