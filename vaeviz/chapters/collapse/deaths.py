"""The table of deaths: the predicted and the measured τ at which each dimension dies."""

from __future__ import annotations

import numpy as np

from vaeviz.chapters.collapse.planes import LEVELS
from vaeviz.chapters.collapse.view import DEATH
from vaeviz.measures.codecs.codec import Codec
from vaeviz.records import Array, Deaths, Observation, Table

NUMBERED = " (dimension i: the one most like component i)"
RULE = f"dead: KL < {DEATH:g} nats"
PREDICTED = f" · predicted by number: closed form, λᵢ exp(−{2 * DEATH:g})"


def table(
    dying: Deaths | None,
    sweeping: bool,
    observation: Observation,
    eigenvalues: Array,
    codec: Codec,
    gaussian: bool,
) -> Table:
    """Predicted and measured τ of death of each dimension, and whether it is alive now."""
    d, symbol = len(observation.kl), "τ" if gaussian else "β"
    predicted = eigenvalues[:d] * np.exp(-2 * DEATH) if gaussian else np.zeros(0)
    said = [_level(v) for v in predicted] + ["–"] * (d - len(predicted))
    measured = (
        [_bounded(v, codec) for v in dying.measured] if dying else ["…" if sweeping else "–"] * d
    )
    now = ["alive" if kl >= DEATH else "dead" for kl in observation.kl]
    rows = ((f"predicted {symbol}", *said), (f"measured {symbol}", *measured), ("now", *now))
    columns = ("dimension", *(str(k + 1) for k in range(d)))
    title = f"{symbol} at which each dimension dies{_rank(dying)}"
    finding = f"{title}. {now.count('dead')} of {d} are dead now."
    return Table(columns, rows, title, _source(dying, observation, codec, gaussian), finding)


def _rank(dying: Deaths | None) -> str:
    if dying is None or not np.isfinite(dying.correlation):
        return ""
    value = f"{dying.correlation:.2f}, {dying.pairs} dimensions"
    return f": rank correlation of predicted and measured {value}"


def _source(dying: Deaths | None, observation: Observation, codec: Codec, gaussian: bool) -> str:
    numbered = NUMBERED if dying and gaussian else ""
    swept = f"{len(observation.mu):,} examples, between {LEVELS} levels · " if dying else ""
    return f"{codec.source}{numbered} · {swept}{RULE}{PREDICTED if gaussian else ''}"


def _level(tau: float) -> str:
    """Two significant digits, in few characters: 0.46, 0.0014, 1.3e-4."""
    mantissa, power = f"{tau:.1e}".split("e")
    if int(power) < -3:
        return f"{mantissa}e{int(power)}"
    return f"{float(f'{tau:.1e}'):.{max(1 - int(power), 0)}f}"


def _bounded(tau: float, codec: Codec) -> str:
    """A dimension may die outside the sweep."""
    low, high = codec.tau_range
    return f"< {low:g}" if tau == 0 else f"> {high:g}" if tau == np.inf else _level(tau)
