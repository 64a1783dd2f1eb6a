"""A warm-up of β that lasts longer than the training."""

from __future__ import annotations

from vaeviz.models.parts import Parts
from vaeviz.studies.museum.exhibit import Exhibit
from vaeviz.studies.museum.run import Run


def in_time(step: int, beta: float) -> float:
    return beta * min(1.0, step / 200)


def too_long(step: int, beta: float) -> float:
    return beta * min(1.0, step / 20_000)


EXHIBIT = Exhibit(
    "long-warmup",
    "warm-up outlasts training",
    "β rises over 20,000 steps, and training ends after 600: it gets to 0.03.",
    "At the last step the KL is large and samples are poor. Print β beside the loss.",
    "warm-up",
    (in_time,),
    (too_long,),
    Run(Parts(beta_at=too_long), Parts(beta_at=in_time)),
    (("scverse/scvi-tools#1569", "https://github.com/scverse/scvi-tools/issues/1569"),),
)
