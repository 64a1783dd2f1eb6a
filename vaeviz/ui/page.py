"""Runs a chapter as a Streamlit page: the browser's state in, one message out."""

from __future__ import annotations

import json
import uuid
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import streamlit as st
from streamlit.components.v2 import component

from vaeviz.chapters import engine, following, reading
from vaeviz.chapters.chapter import Chapter, Visitor
from vaeviz.config import UserError
from vaeviz.figures.theme import THEMES
from vaeviz.live import assets
from vaeviz.ui import backlog, lecture
from vaeviz.ui.waking import WAKER

STATIC = Path(__file__).parents[2] / "static"
_VISITOR = "vaeviz-visitor"
_SHARED = "vaeviz-shared"
_READING = "vaeviz-reading"  # the chapter whose text the browser has asked for
# A proxy may strip a part of the path that the server never sees, as JupyterHub's does; Streamlit's
# own script was found all the same, and ours are beside it.
_LOADER = """
const streamlit = document.querySelector('script[src*="static/js/index."]')?.src;
const near = streamlit && new URL(streamlit).origin === location.origin;
const base = near ? new URL("../../", streamlit) : new URL(%(fallback)s, location.origin);
const folder = new URL(%(folder)s, base);
const load = (name) => import(new URL(name, folder).href);
const loaded = Promise.all([load("mount.js"), load(%(page)s)]);
const lost = (parent, error) => {
  const line = document.createElement("p");
  line.setAttribute("role", "alert");
  line.textContent = `The board cannot be loaded (${error.message}): reload the page. If that does `
    + `not help, the server or its proxy does not serve ${folder.pathname}.`;
  parent.querySelector(".vv-screen").replaceChildren(line);
};
export default (component) => {
  loaded
    .then(([{ mount }, module]) => mount(component, module.default))
    .catch((error) => {
      if (component.parentElement.querySelector(".vv-side")) throw error; // the board is there
      lost(component.parentElement, error);
    });
};
"""
_LOCAL = (None, "127.0.0.1", "::1", "::ffff:127.0.0.1")


def show(chapter: Chapter) -> None:
    """The page, and behind it the chapter's reading, formulas and all, from which the browser's
    half takes its parts. Streamlit renders it when the browser asks for it, after the board.
    """
    run(chapter)
    lecture.words(lecture.guide(), THEMES[_theme()])
    if st.session_state.get(_READING) == chapter.name:
        with st.container(key=f"vv-reading-{chapter.name}"):
            st.markdown(reading.markdown(chapter.name, THEMES[_theme()], chapter.formulas()))


@st.fragment
def run(chapter: Chapter) -> None:
    """The page; reruns alone whenever the browser says something."""
    backlog.wait_for_reader()
    memory = st.session_state.setdefault(f"vaeviz-memory-{chapter.name}", _memory())
    heard = engine.said(state(chapter), _theme())
    if heard.rest.get("reading") and st.session_state.get(_READING) != chapter.name:
        st.session_state[_READING] = chapter.name
        st.rerun()
    before = memory.address
    address = lecture.opened(memory.guide, fresh=heard.settings is None)
    try:
        message = following.answer(chapter, heard, address, visitor(), memory)
        lecture.follow(memory.guide, chapter)
        with WAKER.answering(
            visitor(), partial(following.woken, chapter, heard, visitor(), memory)
        ):
            send(chapter, message)
        _keep_address(memory, before)
    except UserError as error:
        st.error(str(error))
    if lecture.lacks_words(memory.guide):
        st.rerun()


def _theme() -> str:
    return st.context.theme.type or "light"


def _memory() -> engine.Memory:
    """A chapter's memory, which has the settings of all pages in common with the others."""
    shared = st.session_state.setdefault(_SHARED, {})
    return engine.Memory(shared=shared, guide=lecture.guide())


def state(chapter: Chapter) -> dict[str, Any]:
    """What the browser said last: {"seq": int, "settings": {...}, ...}, or {} at first."""
    held = st.session_state.get(f"vaeviz-{chapter.name}")
    live = held.get("live") if held else None
    return dict(live) if isinstance(live, dict) else {}


def send(chapter: Chapter, message: bytes) -> None:
    """One message, which the page paints in place."""
    mounted = _component(STATIC, chapter.name, chapter.page)
    key = f"vaeviz-{chapter.name}"  # where Streamlit keeps the state
    mounted(key=key, data=message, on_live_change=_changed, height="content")


@st.cache_resource(show_spinner=False)
def _component(static: Path, name: str, page: str) -> Any:
    """A few lines that load our modules from the server, so that each message stays small."""
    prefix = st.get_option("server.baseUrlPath").strip("/")
    js = _LOADER % {
        "folder": json.dumps(f"app/static/{assets.publish(static)}/engine/"),
        "fallback": json.dumps("/".join(("", *filter(None, (prefix,)), ""))),
        "page": json.dumps(f"{page}.js"),
    }
    html = f'<div class="vv-screen vv-{name}" data-chapter="{name}"></div>'
    return component(f"vaeviz.{name}", html=html, js=js, isolate_styles=False)


def _changed() -> None:
    """Registers the state `live` with Streamlit; the fragment's rerun does the rest."""


def _keep_address(memory: engine.Memory, before: str) -> None:
    """Streamlit's own idea of the address, with which a page opens that finds its server again;
    what others wrote into it stays.
    """
    if not (memory.address or before):
        return
    own, now = dict(parse_qsl(memory.address[1:])), st.query_params
    ours = {*memory.values, *own, *(("key",) if "room" in now else ())}  # a key is not shown
    others = [name for name in now if name not in ours]
    if dict(now) != {name: now[name] for name in others} | own:
        now.from_dict({name: now.get_all(name) for name in others} | own)


def visitor() -> Visitor:
    """Who looks: a browser tab, which a refresh changes. Local is a browser on the server's own
    machine, as the lecturer's is; behind a proxy nobody is.
    """
    known: Visitor | None = st.session_state.get(_VISITOR)
    if known is None:
        local = st.context.ip_address in _LOCAL and "X-Forwarded-For" not in st.context.headers
        known = st.session_state[_VISITOR] = Visitor(uuid.uuid4().hex, local)
    return known
