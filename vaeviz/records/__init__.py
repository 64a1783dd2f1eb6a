"""Frozen NumPy records: what training and measures produce, and what figures draw. Rates are in
nats.
"""

from vaeviz.records.active import ACTIVE, alarm
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
    Attribute,
    ClassCodes,
    Densities,
    DimensionKL,
    Embedding,
    HolesMap,
    LatentPath,
    Manifold,
    NearShare,
    Neighbours,
    Plane,
    PlaneDensity,
    Traversal,
)
from vaeviz.records.network import Layer, Network
from vaeviz.records.observations import Curve, Observation, Readings
from vaeviz.records.over_steps import GradientNorms, KLHeat, Limits, LossCurves, RateCurve
from vaeviz.records.training import Evaluation, History, Learner, LiveFrame, Move, StepRecord

__all__ = [
    "ACTIVE",
    "ActiveMap",
    "AggregateKL",
    "Array",
    "Attribute",
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
    "LatentPath",
    "Layer",
    "Learner",
    "Limits",
    "LiveFrame",
    "LossCurves",
    "Manifold",
    "Move",
    "NearShare",
    "Neighbours",
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
    "Traversal",
    "alarm",
]
