"""Frozen NumPy records of training and measures; figures draw them. Rates are in nats."""

from vaeviz.records.active import ACTIVE, alarm
from vaeviz.records.activity import Activity
from vaeviz.records.array import Array
from vaeviz.records.collapse import ActiveMap, Deaths, DimensionSweep
from vaeviz.records.drawings import (
    Chosen,
    CollapsePlane,
    ImageStrip,
    KLBars,
    LatentMap,
    PlaneView,
    RateDistortion,
    Table,
)
from vaeviz.records.latent import (
    AggregateKL,
    ClassCodes,
    Densities,
    DimensionKL,
    Embedding,
    HolesMap,
    NearShare,
    Plane,
    PlaneDensity,
)
from vaeviz.records.network import Layer, Network
from vaeviz.records.observations import Curve, Observation, Readings
from vaeviz.records.over_steps import GradientNorms, KLHeat, Limits, LossCurves, RateCurve
from vaeviz.records.training import (
    Evaluation,
    History,
    Learner,
    LiveFrame,
    Move,
    StepRecord,
)

__all__ = [
    "ACTIVE",
    "ActiveMap",
    "Activity",
    "AggregateKL",
    "Array",
    "Chosen",
    "ClassCodes",
    "CollapsePlane",
    "Curve",
    "Deaths",
    "Densities",
    "DimensionKL",
    "DimensionSweep",
    "Embedding",
    "Evaluation",
    "GradientNorms",
    "History",
    "HolesMap",
    "ImageStrip",
    "KLBars",
    "KLHeat",
    "LatentMap",
    "Layer",
    "Learner",
    "Limits",
    "LiveFrame",
    "LossCurves",
    "Move",
    "NearShare",
    "Network",
    "Observation",
    "Plane",
    "PlaneDensity",
    "PlaneView",
    "RateCurve",
    "RateDistortion",
    "Readings",
    "StepRecord",
    "Table",
    "alarm",
]
