"""The rules that turn the evidence into a verdict and its reason.

In this order, where "clear" is over 0.1 nats and over three standard errors:

1. J still falls, or lies above that of coding nothing; or the rate buys nothing,
   or less than half of what a linear code of as many live dimensions saves
   on examples that it was not fitted to                              -> not trained yet
2. nine in ten dimensions carry information                           -> healthy
3. none does, and the data are worth a code at β = 1 and the best σ²,
              or the decoder saves without any code:
              half a nat in all, which saves the decoder more than it costs   -> partly collapsed
              else                                                    -> collapsed
   none does, and neither holds                                       -> the prior simply fits well
4. some do: their residual is worth a code of the dead ones,
            or the decoder saves without any code,
            or the model saves less than half of what the data are worth       -> partly collapsed
            else                                                      -> the prior simply fits well

The reason of 2, 3 and 4 also says if held-out examples cost more than coding nothing.

Limits: in one snapshot, an early step that decodes to the mean with q(z|x) = p(z) looks like a
network stuck in collapse; only `fall`, from a second snapshot or a run's history, tells them apart.
Worth is a lower bound, from linear codes and kernels; without a σ², from linear codes to second
order: data with other structure count as data that the prior fits. A decoder that sees other pixels
has a smaller residual than its mean path: where it also needs z, `missed` is too large. A plain
autoencoder has no posterior and no verdict.
"""

from __future__ import annotations

from vaeviz.records.diagnosis import Evidence, Mean, Verdict

HEALTHY = 0.9  # share of the dimensions that carry information
TOGETHER = 0.5  # nats of rate in all, although no dimension carries information
FALLING = 0.05  # of all that is saved: a smaller fall does not count


def judge(e: Evidence) -> tuple[Verdict, str]:
    """The verdict and its reason in one sentence; the functions below give clauses."""
    early = _early(e)
    if early:
        return "not trained yet", f"{early}."
    verdict, reason = _trained(e)
    return verdict, f"{reason}{_astray(e)}."


def _trained(e: Evidence) -> tuple[Verdict, str]:
    if e.coding >= HEALTHY * e.dimensions:
        return "healthy", f"{_count(e)}, and the decoder uses them"
    return _some(e) if e.coding else _none(e)


def _early(e: Evidence) -> str:
    if e.fall is not None and e.fall.clear and e.fall.value > FALLING * e.saved.value:
        return f"its objective still falls: by {_nats(e.fall)} nats per example {_since(e.over)}"
    if e.excess.clear:
        return (
            f"it is {_nats(e.excess)} nats per example worse than coding nothing and decoding the"
            " mean; training ends below that"
        )
    if e.idle.clear:
        return (
            f"it pays {e.rate:.2f} nats for its codes, {_nats(e.idle)} more than they are worth to"
            " its own decoder; more training would drop them or use them"
        )
    if e.lag.clear:
        return f"{_count(e)}, but save less than half of what a linear code of that size saves"
    return ""


def _none(e: Evidence) -> tuple[Verdict, str]:
    used = e.rate >= TOGETHER and Mean(-e.idle.value, e.idle.error).clear
    if used and (e.blind.clear or e.worth.clear):
        return "partly collapsed", _thin(e)
    if e.blind.clear:
        return (
            "collapsed",
            (
                "no dimension carries information, and the decoder does without: it saves"
                f" {_nats(e.blind)} nats without any code"
            ),
        )
    if not e.worth.clear:
        return (
            "the prior simply fits well",
            (
                f"no dimension carries information, and none needs to: {_fair(e)} the best"
                f" {_kind(e)} is worth {_nats(e.worth)} nats"
            ),
        )
    if not e.linear.clear:
        return (
            "collapsed",
            (
                f"no dimension carries information: {_level(e)} coding would not pay a linear VAE"
                f" either; {_fair(e)} {_worth(e)}"
            ),
        )
    return (
        "collapsed",
        (
            f"no dimension carries information, though a linear VAE keeps {e.expected} alive"
            f" {_level(e)} and saves {_nats(e.linear)} nats by it: it is stuck, or has hardly"
            " begun"
        ),
    )


def _thin(e: Evidence) -> str:
    together = f"yet together they carry {e.rate:.2f} that the decoder uses"
    thin = f"no dimension carries {e.threshold:g} nats, {together}"
    if e.blind.clear:
        return f"{thin}; it saves {_nats(e.blind)} nats without any code"
    return f"{thin}; {_fair(e)} {_worth(e)}"


def _some(e: Evidence) -> tuple[Verdict, str]:
    dead = e.dimensions - e.coding
    count = f"{dead} of {e.dimensions} dimensions {_carry(dead)} nothing"
    if e.blind.clear:
        return (
            "partly collapsed",
            (
                f"{count}, and the decoder does without them: it saves {_nats(e.blind)} nats "
                "without any code"
            ),
        )
    if e.missed is not None and e.missed.clear:
        return (
            "partly collapsed",
            (
                f"{count}, while {_fair(e)} a linear code of the residual is worth"
                f" {_nats(e.missed)} nats"
            ),
        )
    if e.worth.clear and e.short.clear:
        return (
            "partly collapsed",
            f"{count}, while {_fair(e)} {_worth(e)}, and this model saves less than half of that",
        )
    return (
        "the prior simply fits well",
        f"{count}, and need not: {_others(e.coding)} no residual that is worth a linear code",
    )


def _astray(e: Evidence) -> str:
    if not e.astray.clear:
        return ""
    worse = f"{_nats(e.astray)} nats per example worse than coding nothing"
    return f"; but on held-out examples it is {worse}: it has only memorised its training examples"


def _since(steps: int) -> str:
    if steps == 0:
        return "since the last diagnosis"
    return "over its last step" if steps == 1 else f"over its last {steps:,} steps"


def _count(e: Evidence) -> str:
    return f"{e.coding} of {e.dimensions} dimensions {_carry(e.coding)} information"


def _carry(count: int) -> str:
    return "carries" if count == 1 else "carry"


def _others(count: int) -> str:
    return "the other one leaves" if count == 1 else f"the other {count} leave"


def _level(e: Evidence) -> str:
    """The model's τ, or β for a decoder without σ²."""
    if not e.variance:
        return f"at β = {e.tau:.3g}"
    return f"at τ = {e.tau:.3g} (largest variance {e.largest * e.tau:.3g})"


def _fair(e: Evidence) -> str:
    return "at β = 1 and the best σ²" if e.variance else "at β = 1"


def _kind(e: Evidence) -> str:
    """The codes that `worth` covers: kernels need a σ²."""
    return "code" if e.variance else "linear code"


def _worth(e: Evidence) -> str:
    return f"a {_kind(e)} is worth {'at least ' if e.variance else ''}{_nats(e.worth)} nats"


def _nats(mean: Mean) -> str:
    return (f"{mean.value:.1f}" if abs(mean.value) >= 10 else f"{mean.value:z.2f}").replace(
        "-", "−"
    )
