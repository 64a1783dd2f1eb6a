"""From a view, a latent space and what the board already has to its message. Knows no Streamlit."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from vaeviz.figures.theme import THEMES, Theme
from vaeviz.live import board
from vaeviz.measures.latent.aggregate import log_density, log_prior
from vaeviz.records import Array, alarm
from vaeviz.ui.latent import space
from vaeviz.ui.latent.choice import Choice
from vaeviz.ui.latent.controls import describe
from vaeviz.ui.latent.scenes import SCENES
from vaeviz.ui.latent.settings import View
from vaeviz.ui.latent.space import DEAD, Space
from vaeviz.ui.views import Probe

Row = tuple[str, str, str, str]  # label, value, help, level
COLOURS = ("ink", "soft", "grid", "prior", "posterior", "rate", "distortion", "decoder", "dead")


def message(
    view: View,
    choice: Choice,
    probe: Probe,
    s: Space | None,
    theme: str,
    whole: bool,
    kept: View | None = None,
    **header: Any,
) -> bytes:
    """The board's message; `whole`: with the model itself, which the board does not have yet.

    `kept` is the view to go on with, where what was asked for is still on its way.
    """
    look = THEMES[theme]
    sent = {"model": space.model(s), "point": point(view, s)} if s and whole else {}
    return board.pack(
        {},
        settings=settings(kept or view),
        controls=describe(view, choice, probe, look),
        scenes=SCENES,
        readouts=readouts(view, s) if s else [],
        link=(kept or view).query(),
        theme=theme,
        paper=look.paper,
        colours=colours(look),
        empty="" if s else "Encoding the data set …",
        **sent,
        **header,
    )


def settings(view: View) -> dict[str, Any]:
    """The settings as the board knows them: the point has a place of its own."""
    return {name: value for name, value in dataclasses.asdict(view).items() if name != "point"}


def colours(theme: Theme) -> dict[str, Any]:
    return {**{name: getattr(theme, name) for name in COLOURS}, "classes": list(theme.classes)}


def point(view: View, s: Space) -> Array:
    """The view's code, or the origin where it has none of the model's latent size."""
    given = [float(part) for part in view.point.split(",") if part]
    return np.array(given if len(given) == s.mu.shape[1] else np.zeros(s.mu.shape[1]), np.float32)


def readouts(view: View, s: Space) -> list[Row]:
    """What the server knows of the space, and of the point at which the hand rests."""
    z = point(view, s)[None]
    rows = [("log p(z)", _nats(log_prior(z)[0]), "The prior's log density at the point, nats", "")]
    if s.logvar is None:
        return rows
    dead, d = int((s.kl < DEAD).sum()), len(s.kl)
    return [
        (
            "R (nats)",
            f"{s.kl.sum():.2f}",
            f"Mean KL(q(z|x) ‖ p(z)) over {len(s.mu):,} examples",
            "",
        ),
        (
            "collapsed",
            f"{dead} of {d}",
            f"Dimensions with a mean KL below {DEAD:g} nats",
            alarm(dead / d),
        ),
        *rows,
        (
            "log q(z)",
            _nats(log_density(z, s.mu, s.logvar)[0]),
            (
                f"The aggregate posterior's log density at the point, over all {len(s.mu):,}"
                " posteriors, nats"
            ),
            "",
        ),
    ]


def _nats(value: float) -> str:
    return f"{value:.2f}".replace("-", "−")
