"""What the tools of the chapter Likelihoods ask before a move."""

from __future__ import annotations

from typing import Any

from vaeviz.chapters.answers import Direction, Number
from vaeviz.chapters.chapter import Context
from vaeviz.chapters.prediction import Prediction
from vaeviz.theory.pixel import pixel


def area(view: Any, context: Context) -> float:
    return pixel(view.grey, view.output, view.variance).area


def cost(view: Any, context: Context) -> float:
    return pixel(view.grey, view.output, view.variance).gaussian


PIXEL = (
    Prediction("half", Number("the area", "", within=0.05, least=0.02), area,
               lambda view: {"output": 0.5}),
    Prediction("edge", Direction("the Bernoulli's area"), area,
               lambda view: {"output": 0.99 if view.output < 0.9 else 0.5}),
    Prediction("wider", Direction("−log p of the Gaussian", "nats"), cost,
               lambda view: {"variance": min(1.0, 8 * view.variance)}),
)  # fmt: skip
