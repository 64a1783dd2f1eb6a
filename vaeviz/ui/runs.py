"""The training runs of this server, as the pages see them: one registry for all, and who is asking."""

from __future__ import annotations

import uuid

import streamlit as st

from vaeviz.training.registry import Registry

_SESSION = "runs-session"
_HERE = (None, "127.0.0.1", "::1", "::ffff:127.0.0.1")
_REGISTRY = Registry()


def registry() -> Registry:
    """The one registry of this server; not in Streamlit's cache, which a click in its menu empties."""
    return _REGISTRY


def session() -> str:
    """Who is asking: a name at random for each browser tab, which a refresh changes."""
    return st.session_state.setdefault(_SESSION, uuid.uuid4().hex)


def first() -> bool:
    """Whether the browser is on the server's own machine, as the lecturer's is; behind a proxy nobody is."""
    return st.context.ip_address in _HERE and "X-Forwarded-For" not in st.context.headers
