"""Frozen NumPy records: what training and measures produce, and what figures draw. Rates are in nats."""

from vaeviz.records.array import Array
from vaeviz.records.drawings import Chosen, ImageStrip, KLBars, LatentMap, PlaneView, RateDistortion
from vaeviz.records.network import Layer, Network
from vaeviz.records.observations import Curve, Observation, Readings
from vaeviz.records.over_steps import GradientNorms, KLHeat, Limits, LossCurves, RateCurve
from vaeviz.records.training import Evaluation, History, Learner, LiveFrame, Move, StepRecord

__all__ = [
    "Array",
    "Chosen",
    "Curve",
    "Evaluation",
    "GradientNorms",
    "History",
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
    "Network",
    "Observation",
    "PlaneView",
    "RateCurve",
    "RateDistortion",
    "Readings",
    "StepRecord",
]
