"""The Streamlit component behind a page: messages go out, the browser's state comes back."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.components.v2 import component

from vaeviz.live import assets

STATIC = Path(__file__).parents[2] / "static"


@dataclass(frozen=True)
class Channel:
    """One chapter's: `page` is the browser's page class."""

    name: str
    page: str

    @property
    def key(self) -> str:
        """Where Streamlit keeps the state."""
        return f"vaeviz-{self.name}"

    def state(self) -> dict[str, Any]:
        """What the browser said last: {"seq": int, "settings": {...}, ...}, or {} at first."""
        held = st.session_state.get(self.key)
        live = held.get("live") if held else None
        return dict(live) if isinstance(live, dict) else {}

    def send(self, message: bytes) -> None:
        """One message, which the page paints in place."""
        mounted = _component(STATIC, self.name, self.page)
        mounted(key=self.key, data=message, on_live_change=_changed, height="content")


@st.cache_resource(show_spinner=False)
def _component(static: Path, name: str, page: str) -> Any:
    """A few lines that load our modules from the server, so that each message stays small."""
    folder = assets.publish(static)
    prefix = st.get_option("server.baseUrlPath").strip("/")
    path = "/" + "/".join(filter(None, (prefix, "app/static", folder, assets.ENTRY)))
    js = f"""const page = import(new URL({path!r}, location.origin).href);
    export default (component) => {{ page.then((module) => module.mount(component)); }};"""
    html = f'<div class="vv-screen vv-{name}" data-page="{page}"></div>'
    return component(f"vaeviz.{name}", html=html, js=js, isolate_styles=False)


def _changed() -> None:
    """Registers the state `live` with Streamlit; the fragment's rerun does the rest."""
