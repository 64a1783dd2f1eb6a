"""A lecture on a Streamlit page: its words, hidden, and the way to the page of its next step."""

from __future__ import annotations

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from vaeviz.chapters import lecturing
from vaeviz.chapters.chapter import Chapter
from vaeviz.chapters.lecturing import Guide
from vaeviz.figures.theme import Theme
from vaeviz.ui import shell

_GUIDE = "vaeviz-lecture"
_WORDS = "vaeviz-lecture-words"  # the lecture whose words this page has


def guide() -> Guide:
    """The session's lecture, on all pages."""
    return st.session_state.setdefault(_GUIDE, Guide())


def opened(guide: Guide, fresh: bool) -> dict[str, str]:
    """The page's address without what it says of a lecture, which a fresh page begins."""
    address = dict(st.query_params)
    if fresh:
        guide.open(address)
    return {name: text for name, text in address.items() if name not in lecturing.ADDRESS}


def follow(guide: Guide, chapter: Chapter) -> None:
    """To the page of the lecture's step, before the browser is answered: it then says no more."""
    if page := guide.elsewhere(chapter.name):
        guide.read = tuple(guide.address.get(name, "") for name in lecturing.ADDRESS)
        st.switch_page(shell.page(page), query_params=guide.address)


def words(guide: Guide, theme: Theme) -> None:
    """The words of all steps, where the browser's half finds them."""
    st.session_state[_WORDS] = guide.lecture
    if guide.lecture is not None:
        with st.container(key="vv-reading-lecture"):
            st.markdown(lecturing.markdown(guide.lecture, theme))


def lacks_words(guide: Guide) -> bool:
    """Whether the whole page is to be run again, for another lecture's words."""
    context = get_script_run_ctx(suppress_warning=True)
    alone = context is not None and bool(context.fragment_ids_this_run)
    return alone and st.session_state.get(_WORDS) != guide.lecture
