"""What the page Training asks of a run before its end."""

from __future__ import annotations

from collections.abc import Mapping

from vaeviz.chapters.answers import Number, Which
from vaeviz.chapters.chapter import Context
from vaeviz.chapters.prediction import Prediction
from vaeviz.chapters.training import stored
from vaeviz.chapters.training.plan import Plan
from vaeviz.chapters.training.session import of
from vaeviz.records import Learner

TWINS = ("1", "2")


def at_the_end(context: Context) -> tuple[Learner, ...] | None:
    """The models of the run in its last frame; None before, and without a run."""
    session, film = of(context), stored.load()
    if session.run is None:
        ended = session.playback is not None and session.playback.ended
        return film.frames[-1].learners if film and ended else None
    frame = session.frame
    return frame.learners if frame and frame.step >= frame.steps else None


def rate(view: Plan, context: Context) -> float | None:
    """R of the first model when training ends."""
    learners = at_the_end(context)
    return None if learners is None else float(learners[0].rate)


def elbo(view: Plan, context: Context) -> Mapping[str, float] | None:
    """The ELBO of each twin when training ends."""
    learners = at_the_end(context)
    if learners is None:
        return None
    values = [-(float(one.distortion) + float(one.rate)) for one in learners]
    return dict(zip(TWINS, values, strict=False))


def _running(view: Plan, context: Context) -> bool:
    return at_the_end(context) is None


def _twins(view: Plan, context: Context) -> bool:
    frame = of(context).frame
    return _running(view, context) and frame is not None and len(frame.learners) > 1


TRAIN = (
    Prediction("rate", Number("R at the end", "nats", end=True), rate, when=_running),
    Prediction("twins", Which("nats", options=TWINS), elbo, when=_twins),
)
