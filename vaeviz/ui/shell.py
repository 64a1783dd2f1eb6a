"""What every page shares: the page list and the frame around them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st
from PIL import Image

from vaeviz.chapters.catalogue import NAMES, PAGES
from vaeviz.ui import opening
from vaeviz.ui.latency import send_at_once

_ROUTED = "shell-routed"
_FIRST = "home"  # Streamlit shows the first page at "/", and never this
_STYLE = """<style>
.stMainBlockContainer { padding: 4rem 1rem 0.5rem; max-width: none; }
.stMainBlockContainer .stVerticalBlock { gap: 0.4rem; }
[class*="st-key-vv-reading-"], .stVerticalBlock > :has(> [class*="st-key-vv-reading-"]) {
  display: none;
}
</style>"""
_MENU = ':is([data-testid^="stTopNav"], [data-testid="stSidebarNavLink"]):focus-visible'


def dress() -> None:
    """Wide layout and narrow margins: a projector has 720 lines. Before the list of pages, whose
    named icons the browser would fetch from the net for its tab.
    """
    st.set_page_config(page_title="vaeviz", page_icon=_icon(), layout="wide")
    st.html(_STYLE)
    st.html(f"<style>{_MENU} {{ outline: 3px solid {_ring()}; outline-offset: -3px; }}</style>")
    send_at_once()


def _ring() -> str:
    """The colour around what has the keyboard's focus: that of either theme, where it is known."""
    both = [st.get_option(f"theme.{name}.primaryColor") for name in ("light", "dark")]
    return f"light-dark({', '.join(both)})" if all(both) else "currentColor"


def route() -> None:
    """The frame, and in it the page that was asked for."""
    st.session_state[_ROUTED] = True
    dress()
    if "notes" in st.query_params:
        return _notes()
    own = pages()
    chosen = st.navigation(_menu(own), position="top")
    st.set_page_config(page_title=f"{chosen.title} · vaeviz")
    chosen.run()


def _notes() -> None:
    """The lecturer's own window, in place of all pages."""
    from vaeviz.ui import notes

    st.navigation([st.Page(notes.show, title="Notes", default=True)], position="hidden").run()


def frame() -> None:
    """Every page begins with this: a page that was opened past the router goes through it after
    all.

    Streamlit runs pages/NAME.py by itself when it is the first thing that a fresh server is asked
    for.
    """
    if _ROUTED not in st.session_state:
        route()
        st.stop()


def pages() -> list[Any]:
    """The chapters in their order; the first one opens."""
    return [page(name) for name in NAMES]


def _menu(own: list[Any]) -> dict[str, list[Any]]:
    """The pages by their section; those of "" stand in the bar itself."""
    menu: dict[str, list[Any]] = {}
    for name, one in zip(NAMES, own, strict=True):
        menu.setdefault(PAGES[name][2], []).append(one)
    menu[""].append(_by_name(own[0]))
    return menu


def page(name: str) -> Any:
    """The page of the chapter of this name."""
    default = name == NAMES[0]
    title, icon, _ = PAGES[name]
    stub = Path(__file__).parents[2] / "pages" / f"{name}.py"
    source = str(stub) if stub.is_file() else lambda: opening.page(name)
    path = _FIRST if default else name
    return st.Page(source, title=title, icon=icon, url_path=path, default=default)


def _by_name(first: Any) -> Any:
    """The first page's name in an address leads to "/", with the rest of the link."""

    def home() -> None:
        st.switch_page(first, query_params=st.query_params.to_dict())

    return st.Page(home, title=first.title, url_path=NAMES[0], visibility="hidden")


def _icon() -> Image.Image:
    """A posterior inside its prior, 64 × 64: drawn here, since a named icon is fetched from the
    net.
    """
    y, x = np.mgrid[-1:1:64j, -1:1:64j]
    prior = np.abs(np.hypot(x, y) - 0.85) < 0.07
    posterior = np.hypot((x - 0.2) / 0.35, (y + 0.15) / 0.22) < 1
    image = np.full((64, 64, 3), 255, np.uint8)
    image[prior] = (118, 118, 118)
    image[posterior] = (0, 114, 178)
    return Image.fromarray(image)
