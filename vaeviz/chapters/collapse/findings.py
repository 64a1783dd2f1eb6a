"""A diagnosis as a table and as read-outs: numbers with errors, caps and estimators."""

from __future__ import annotations

from vaeviz.chapters.chapter import Row
from vaeviz.chapters.collapse.view import DEATH
from vaeviz.chapters.model.readouts import rate_row, unit_rows
from vaeviz.densities import LIKELIHOODS
from vaeviz.measures.codecs.codec import Codec
from vaeviz.measures.observe import units
from vaeviz.records import Observation, Table
from vaeviz.records.diagnosis import Diagnosis, Mean
from vaeviz.records.latent import AggregateKL
from vaeviz.records.total_correlation import TotalCorrelation
from vaeviz.serve.verdicts import LEVELS

COLUMNS = ("", "nats", "how to read it")
ERRORS = ("", "nats, or ‖x − x̂‖²", "how to read it")
BARE = ("", "", "")  # of a table without numbers


def table(diagnosis: Diagnosis | None, codec: Codec) -> Table:
    """The verdict in the title and its numbers, or that it is still computing."""
    if diagnosis is None:
        return waiting("it comes when the sliders rest", codec.source)
    title = f"Verdict: {diagnosis.verdict}"
    heads = ERRORS if _squared(codec) else COLUMNS
    finding = f"{title}: {diagnosis.reason}"
    return Table(heads, _rows(diagnosis, codec), title, diagnosis.source, finding)


def waiting(until: str, source: str) -> Table:
    """That the verdict is on its way, and until when."""
    rows = (("verdict", "…", until),)
    return Table(BARE, rows, "Verdict: being measured", source, "The verdict is on its way.")


def without(why: str, source: str) -> Table:
    """The table without a verdict, and why."""
    finding = f"There is no verdict: {why}."
    return Table(BARE, (("verdict", "—", why),), "No verdict", source, finding)


def readouts(observation: Observation, diagnosis: Diagnosis | None) -> list[Row]:
    """The verdict, the network's place, and the usual counts."""
    verdict, reason = "…", "Being measured"
    if diagnosis is not None:
        verdict, reason = diagnosis.verdict, diagnosis.reason
    return [
        ("verdict", verdict, reason, LEVELS.get(verdict, "")),
        ("τ", f"{observation.tau:.3g}", "What the network is shown at", ""),
        rate_row(observation.rate),
        *unit_rows(units(observation, DEATH), DEATH),
    ]


def _rows(diagnosis: Diagnosis, codec: Codec) -> tuple[tuple[str, ...], ...]:
    aggregate, correlation, swap = diagnosis.aggregate, diagnosis.correlation, diagnosis.swap
    unit = "mean ‖x − x̂‖²" if _squared(codec) else "mean −log p(x|z)"
    most = "or more; ends at" if aggregate.capped else "of at most"
    information = _nats(aggregate.information, aggregate.error)
    aside = _unless_capped("all codes, off the prior", aggregate)
    between = _unless_capped("between dimensions", correlation)
    return (
        ("loss, own z", f"{float(swap.code.mean()):,.2f}", unit),
        ("… another's z", _rise(swap.other_rise), "if 0: z unused"),
        ("… the prior's z", _rise(swap.prior_rise), "if 0: z unused"),
        ("pairwise KL", _three_digits(diagnosis.pairwise.mean), "q(z|x) of two x"),
        ("I(x; z)", information, f"{most} {aggregate.cap:.2f}"),  # these may be too small or large
        ("KL(q(z) ‖ p)", _nats(aggregate.kl, aggregate.error), aside),
        ("total correlation", _nats(correlation.value, correlation.error), between),
    )


def _squared(codec: Codec) -> bool:
    """Whether the codec's loss is a squared error, not nats."""
    return LIKELIHOODS[codec.likelihood].variance.shared


def _unless_capped(note: str, estimate: AggregateKL | TotalCorrelation) -> str:
    """A KL's note: where I is too small, the KL is too large."""
    return "at most: I at cap" if estimate.capped else note


def _three_digits(value: float) -> str:
    """Without a power of ten below a million."""
    return f"{value:,.0f}" if 1000 <= value < 1e6 else f"{value:.3g}"


def _nats(value: float, error: float) -> str:
    return f"{value:z,.2f} ± {error:,.2f}".replace("-", "−")


def _rise(mean: Mean) -> str:
    return f"{mean.value:+z,.2f} ± {mean.error:,.2f}".replace("-", "−")
