"""Runs a chapter as a Streamlit page: the browser's state in, one message out."""

from __future__ import annotations

import uuid
from urllib.parse import parse_qsl

import streamlit as st

from vaeviz.chapters import engine
from vaeviz.chapters.chapter import Chapter, Visitor
from vaeviz.config import UserError
from vaeviz.ui.channel import Channel

_VISITOR = "vaeviz-visitor"
_LOCAL = (None, "127.0.0.1", "::1", "::ffff:127.0.0.1")


@st.fragment
def run(chapter: Chapter) -> None:
    """The page; reruns alone whenever the browser says something."""
    channel = Channel(chapter.name, chapter.page)
    memory = st.session_state.setdefault(f"vaeviz-memory-{chapter.name}", engine.Memory())
    heard = engine.said(channel.state(), st.context.theme.type or "light")
    try:
        channel.send(engine.answer(chapter, heard, dict(st.query_params), visitor(), memory))
        _keep_address(memory.address)
    except UserError as error:
        st.error(str(error))


def _keep_address(address: str) -> None:
    """Streamlit's own idea of the address, with which a page opens that finds its server again."""
    query = dict(parse_qsl(address[1:]))
    if address and dict(st.query_params) != query:
        st.query_params.from_dict(query)


def visitor() -> Visitor:
    """Who looks: a browser tab, which a refresh changes. Local is a browser on the server's own
    machine, as the lecturer's is; behind a proxy nobody is.
    """
    known: Visitor | None = st.session_state.get(_VISITOR)
    if known is None:
        local = st.context.ip_address in _LOCAL and "X-Forwarded-For" not in st.context.headers
        known = st.session_state[_VISITOR] = Visitor(uuid.uuid4().hex, local)
    return known
