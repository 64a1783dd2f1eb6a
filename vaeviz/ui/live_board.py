"""Mounts the live board as a Streamlit component and reads its state."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.components.v2 import component

from vaeviz.live import assets

STATIC = Path(__file__).parents[2] / "static"
KEY = "vaeviz-board"


@st.cache_resource(show_spinner=False)
def _component(static: Path) -> Any:
    """The component: a few lines that load our modules from the server, so that each message stays small."""
    folder = assets.publish(static)
    prefix = st.get_option("server.baseUrlPath").strip("/")
    path = "/" + "/".join(filter(None, (prefix, "app/static", folder, "board.js")))
    js = f"""const board = import(new URL({path!r}, location.origin).href);
export default (component) => {{ board.then((module) => module.mount(component)); }};"""
    return component(
        "vaeviz.board", html='<div class="vv-board"></div>', css=assets.css(), js=js, isolate_styles=False
    )


def state() -> dict[str, Any]:
    """The newest message of the board: {"seq": int, "settings": {...}}, or {} before the first."""
    held = st.session_state.get(KEY)
    live = held.get("live") if held else None
    return dict(live) if isinstance(live, dict) else {}


def show(message: bytes) -> None:
    """Sends one message; the board paints it in place."""
    _component(STATIC)(key=KEY, data=message, on_live_change=_noted, height="content")


def _noted() -> None:
    """Registers the state `live` with Streamlit; the fragment's rerun does the rest."""
