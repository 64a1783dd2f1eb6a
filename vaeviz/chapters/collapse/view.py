"""The shared view of the chapter Collapse, and the form of a few panels."""

from __future__ import annotations

from dataclasses import dataclass

from vaeviz.chapters.chapter import Context, Rule
from vaeviz.chapters.model.settings import ModelView
from vaeviz.chapters.settings import Log, declared, with_default
from vaeviz.figures.plane import plane
from vaeviz.figures.theme import Theme
from vaeviz.live.message import Panel
from vaeviz.records import ImageStrip, PlaneView

DEATH = 0.1  # nats: a dimension with a smaller mean KL is dead, or collapsed


@dataclass(frozen=True)
class CollapseView(ModelView):
    """The model's settings, with enough dimensions for some to collapse."""

    d: int = with_default(ModelView, "d", default=16)


def data_d_rule(view: ModelView, context: Context) -> Rule:
    """The d of a tool without the model's: as many as the data allow."""
    return Rule("d", high=context.probe.linear.latent)


def ends(name: str) -> tuple[float, float]:
    """The ends of the slider of β or σ²."""
    kind = declared(ModelView)[name].kind
    assert isinstance(kind, Log)
    return kind.low, kind.high


def drawn(view: ImageStrip | PlaneView, theme: Theme) -> Panel:
    """Rows of images unchanged; points of two-dimensional data on their plane."""
    return view if isinstance(view, ImageStrip) else plane(view, theme)
