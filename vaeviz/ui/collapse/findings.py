"""The numbers of a diagnosis as a table and as read-outs: each with its error, its cap and its
estimator.
"""

from __future__ import annotations

from vaeviz.measures.codecs.codec import Codec
from vaeviz.records import ACTIVE, Observation, Table, alarm
from vaeviz.records.diagnosis import Diagnosis, Mean
from vaeviz.records.latent import AggregateKL
from vaeviz.records.total_correlation import TotalCorrelation
from vaeviz.ui.collapse.part import Row
from vaeviz.ui.verdicts import LEVELS

COLUMNS = ("", "", "nats")
ERRORS = ("", "", "nats, losses ‖x − x̂‖²")


def table(found: Diagnosis | None, codec: Codec) -> Table:
    """The verdict in the title, and what it rests on; while it is on its way, that it is."""
    if found is None:
        return waiting("it comes when the hand rests", codec.source)
    title = f"Verdict: {found.verdict}"
    heads = ERRORS if codec.likelihood == "gaussian" else COLUMNS
    return Table(heads, _rows(found, codec), title, found.source, f"{title}: {found.reason}")


def waiting(until: str, source: str) -> Table:
    """That the verdict is on its way, and until when."""
    rows = (("verdict", "…", until),)
    return Table(COLUMNS, rows, "Verdict: being measured", source, "The verdict is on its way.")


def without(why: str, source: str) -> Table:
    """That there is none, and why."""
    return Table(
        COLUMNS, (("verdict", "—", why),), "No verdict", source, f"There is no verdict: {why}."
    )


def _rows(found: Diagnosis, codec: Codec) -> tuple[tuple[str, ...], ...]:
    aggregate, correlation, pairs, swap = (
        found.aggregate,
        found.correlation,
        found.pairwise,
        found.swap,
    )
    unit = "‖x − x̂‖²" if codec.likelihood == "gaussian" else "−log p(x|z)"
    most = "too small: cap" if aggregate.capped else "of at most"
    between = _most("between dimensions", correlation)
    return (
        ("I(x; z)", _nats(aggregate.information, aggregate.error), f"{most} {aggregate.cap:.2f}"),
        (
            "KL(q(z) ‖ p)",
            _nats(aggregate.kl, aggregate.error),
            _most("all codes, off the prior", aggregate),
        ),
        ("total correlation", _nats(correlation.value, correlation.error), between),
        ("pairwise KL", _three(pairs.mean), "q(z|x) of two examples"),
        ("loss, own z", f"{float(swap.own.mean()):,.2f}", unit),
        ("… another's z", _rise(swap.other_rise), "0: z is not used"),
        ("… the prior's z", _rise(swap.prior_rise), "0: z is not used"),
    )


def _most(what: str, found: AggregateKL | TotalCorrelation) -> str:
    """A KL's note: where I is too small, that is too large."""
    return "too large: I near its cap" if found.capped else what


def _three(value: float) -> str:
    """Three digits, and no power of ten before a million."""
    return f"{value:,.0f}" if 1000 <= value < 1e6 else f"{value:.3g}"


def readouts(seen: Observation, found: Diagnosis | None, threshold: float) -> list[Row]:
    """The rule of 0.1 nats with its alarm, active units, and the verdict."""
    dead, d = int((seen.kl < threshold).sum()), len(seen.kl)
    level = alarm(dead / d)
    active = int((seen.mu.var(0) > ACTIVE).sum())
    verdict = found.verdict if found else "…"
    return [
        ("verdict", verdict, found.reason if found else "Being measured", LEVELS.get(verdict, "")),
        ("τ", f"{seen.tau:.3g}", "What the network is shown at", ""),
        ("R (nats)", f"{seen.rate:.2f}", "Mean KL(q(z|x) ‖ p(z)) over the held-out examples", ""),
        ("active units", f"{active} of {d}", f"Dimensions with Var(μ) over {ACTIVE:g}", ""),
        (
            "collapsed",
            f"{dead} of {d}{f' · {level}' if level else ''}",
            (
                f"Mean KL below {threshold:g} nats; warning over 10 %, alarm over 20 % of the"
                " dimensions"
            ),
            level,
        ),
    ]


def _nats(value: float, error: float) -> str:
    return f"{value:z,.2f} ± {error:,.2f}".replace("-", "−")


def _rise(mean: Mean) -> str:
    return f"{mean.value:+z,.2f} ± {mean.error:,.2f}".replace("-", "−")
