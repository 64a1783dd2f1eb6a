"""One example as a panel: an image, or a point of the plane over the data."""

from __future__ import annotations

from vaeviz.chapters.model import views
from vaeviz.figures.plane import plane
from vaeviz.figures.theme import Theme
from vaeviz.live.message import Panel
from vaeviz.records import Array, ImageStrip, PlaneView
from vaeviz.serve.probes import Probe


def picture(probe: Probe, x: Array, title: str, source: str, theme: Theme) -> Panel:
    """The panel of x (1, D); a title that begins with "x" is that of an example."""
    about = probe.data.about
    if about.is_image:
        return ImageStrip(title, views.grey(probe, x[None]), ("",), f"{title}.", source)
    low, high = about.value_range
    layers = (("data", "data", probe.x[:300]), ("x" if title.startswith("x") else "x̂", "path", x))
    return plane(PlaneView(title, layers, low, high, source), theme)
