"""Mounts the live boards as Streamlit components and reads their state."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.components.v2 import component

from vaeviz.figures.theme import THEMES
from vaeviz.live import assets

STATIC = Path(__file__).parents[2] / "static"


@dataclass(frozen=True)
class LiveBoard:
    """One kind of board: `name` is that of its module, its style sheet and its root's class."""

    name: str

    @property
    def key(self) -> str:
        """Where Streamlit keeps the state of this board."""
        return f"vaeviz-{self.name}"

    def state(self) -> dict[str, Any]:
        """The newest message of the board: {"seq": int, "settings": {...}, ...}, or {} before the
        first.
        """
        held = st.session_state.get(self.key)
        live = held.get("live") if held else None
        return dict(live) if isinstance(live, dict) else {}

    def show(self, message: bytes) -> None:
        """Sends one message; the board paints it in place."""
        _component(STATIC, self.name)(
            key=self.key, data=message, on_live_change=_noted, height="content"
        )


EXPLORER, TRAINING, LATENT = LiveBoard("board"), LiveBoard("training"), LiveBoard("latent")
COLLAPSE = LiveBoard("collapse")


def state() -> dict[str, Any]:
    """The newest message of the Explorer's board."""
    return EXPLORER.state()


def theme(seen: object) -> str:
    """The theme that the browser says it shows; before it has spoken, the one that Streamlit knows
    of.
    """
    return seen if isinstance(seen, str) and seen in THEMES else st.context.theme.type or "light"


def show(message: bytes) -> None:
    """Sends one message to the Explorer's board."""
    EXPLORER.show(message)


@st.cache_resource(show_spinner=False)
def _component(static: Path, name: str) -> Any:
    """The component: a few lines that load our modules from the server, so that each message stays
    small.
    """
    folder = assets.publish(static)
    prefix = st.get_option("server.baseUrlPath").strip("/")
    path = "/" + "/".join(filter(None, (prefix, "app/static", folder, f"{name}.js")))
    js = f"""const board = import(new URL({path!r}, location.origin).href);
export default (component) => {{ board.then((module) => module.mount(component)); }};"""
    html = f'<div class="vv-screen vv-{name}"></div>'
    return component(f"vaeviz.{name}", html=html, css=assets.css(name), js=js, isolate_styles=False)


def _noted() -> None:
    """Registers the state `live` with Streamlit; the fragment's rerun does the rest."""
