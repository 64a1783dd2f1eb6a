"""The gap of encoders that see more and more of the picture; nats."""

from __future__ import annotations

from dataclasses import dataclass

from vaeviz.records.array import Array


@dataclass(frozen=True, eq=False)
class SightGaps:
    """Mean gaps by how many rows the encoder sees, `rows` (n,): the family's part and that of what
    is not seen, (n,) each; `now` is the number of rows that is chosen, of `whole`.
    """

    rows: Array
    family: Array
    unseen: Array
    now: int
    whole: int
    source: str
