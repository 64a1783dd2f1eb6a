"""The training runs of this server, as the pages see them: one registry for all, and who is
asking.
"""

from __future__ import annotations

import uuid

import streamlit as st

from vaeviz.runs.queue.registry import Registry

_SESSION, _LOOKED = "runs-session", "runs-looked-at"
MOST = 8  # live runs that a session remembers
_HERE = (None, "127.0.0.1", "::1", "::ffff:127.0.0.1")
_REGISTRY = Registry()


def registry() -> Registry:
    """The one registry of this server; not in Streamlit's cache, which a click in its menu
    empties.
    """
    return _REGISTRY


def session() -> str:
    """Who is asking: a name at random for each browser tab, which a refresh changes."""
    return st.session_state.setdefault(_SESSION, uuid.uuid4().hex)


def first() -> bool:
    """Whether the browser is on the server's own machine, as the lecturer's is; behind a proxy
    nobody is.
    """
    return st.context.ip_address in _HERE and "X-Forwarded-For" not in st.context.headers


def remember(link: str) -> None:
    """This session looks at the live run with this public name; other pages offer it from now
    on.
    """
    others = [known for known in remembered() if known != link]
    st.session_state[_LOOKED] = [link, *others][:MOST]


def remembered() -> list[str]:
    """The public names of the live runs that this session has looked at, the newest first."""
    return st.session_state.get(_LOOKED, [])
