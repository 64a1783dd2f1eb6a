"""What every page shares: the page list and the frame around them."""

from __future__ import annotations

from typing import Any

import streamlit as st

_STYLE = """<style>
.stMainBlockContainer { padding: 3.6rem 1rem 0.5rem; max-width: none; }
.stMainBlockContainer .stVerticalBlock { gap: 0.4rem; }
</style>"""


def dress() -> None:
    """Wide layout and narrow margins: a projector has 720 lines."""
    st.set_page_config(page_title="vaeviz: explore VAEs", page_icon=":material/blur_on:", layout="wide")
    st.html(_STYLE)


def pages() -> list[Any]:
    """The lecture pages in their order; the Explorer opens first."""
    return [st.Page("pages/explorer.py", title="Explorer", icon=":material/tune:", default=True)]
