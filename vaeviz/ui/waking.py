"""Wakes the pages that follow a room, without their browsers' asking.

A hundred browsers that asked once per half second would take more than half of the lecturer's
repaints; so the server sends what is new when there is something, and nothing in between. Where
another follower's message will do, it goes out as it is: a run of the script costs ten times as
much. Otherwise the server runs the page's fragment, a few at a time. Streamlit has no public call
for either: where it has no such thing any more, followers get the news with their next message.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from streamlit import runtime
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.forward_msg_cache import populate_hash_if_needed
from streamlit.runtime.scriptrunner import get_script_run_ctx

from vaeviz.chapters.chapter import Visitor
from vaeviz.serve.rooms import ROOMS

AT_ONCE = 3  # pages that run together: more of them hold up each other, and the lecturer
PATIENCE = 0.5  # seconds until a page that was woken counts as gone
BUSY = 0.02  # seconds until a page that runs by itself is woken again
TRIES = 100  # of them
KEPT = 1000  # pages, before those without a seat are let go
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Page:
    """Where a tab's page is found: its session, its last message without the content, and what
    makes the next one, if another follower's will do.
    """

    session: str
    sent: ForwardMsg
    again: Callable[[], bytes | None]

    @property
    def fragment(self) -> str:
        return self.sent.delta.fragment_id


class Waker:
    """The pages of tabs in rooms, and those that are to be woken, in order."""

    def __init__(self) -> None:
        self._pages: dict[str, _Page] = {}
        self._queue: OrderedDict[str, int] = OrderedDict()  # tab: tries
        self._running: dict[str, float] = {}  # tab: since when
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    @contextmanager
    def answering(self, visitor: Visitor, again: Callable[[], bytes | None]) -> Iterator[None]:
        """Around the sending of a page's message: a page in a room is found again by it."""
        tab, context = visitor.session, get_script_run_ctx(suppress_warning=True)
        if ROOMS.seat(tab) is None or context is None or not hasattr(context, "_enqueue"):
            self._pages.pop(tab, None)
            yield
            return
        send = context._enqueue

        def noted(message: ForwardMsg) -> None:
            if message.delta.new_element.bidi_component.bytes and message.delta.fragment_id:
                sent = ForwardMsg()
                sent.CopyFrom(message)
                sent.delta.new_element.bidi_component.bytes, sent.hash = b"", ""
                self._keep(tab, _Page(context.session_id, sent, again))
            send(message)

        context._enqueue = noted
        try:
            yield
        finally:
            context._enqueue = send
            self._ended(tab)

    def _keep(self, tab: str, page: _Page) -> None:
        with self._changed:
            if len(self._pages) > KEPT:
                seated = {t: p for t, p in self._pages.items() if ROOMS.seat(t) is not None}
                self._pages = seated
            self._pages[tab] = page

    def wake(self, tabs: Collection[str]) -> None:
        """These have something new to show."""
        with self._changed:
            for tab in tabs:
                self._queue[tab] = 0
            if tabs and self._thread is None:
                self._thread = threading.Thread(target=self._work, name="waker", daemon=True)
                self._thread.start()
            self._changed.notify()

    def present(self, tabs: Collection[str]) -> list[str]:
        """Those whose browser is connected."""
        return [tab for tab in tabs if self._session(tab) is not None]

    def _work(self) -> None:
        while True:
            tab, tries = self._next()
            try:
                session = self._session(tab)
                if session is None:
                    self._pages.pop(tab, None)  # who comes back has its page run
                    self._ended(tab)
                else:
                    session._event_loop.call_soon_threadsafe(self._show, session, tab, tries)
            except Exception:  # Streamlit has changed, or ends: the room goes on without
                self._ended(tab)
                _LOG.warning("A page was not woken", exc_info=True)

    def _next(self) -> tuple[str, int]:
        """The next tab, once there is one and not too many run."""
        with self._changed:
            while True:
                late = time.monotonic() - PATIENCE
                self._running = {t: at for t, at in self._running.items() if at > late}
                if self._queue and len(self._running) < AT_ONCE:
                    tab, tries = self._queue.popitem(last=False)
                    self._running[tab] = time.monotonic()
                    return tab, tries
                self._changed.wait(PATIENCE if self._queue else None)

    def _session(self, tab: str) -> Any:
        """Streamlit's session behind a tab; None where there is none any more."""
        page = self._pages.get(tab)
        if page is None or not runtime.exists():
            return None
        sessions = getattr(runtime.get_instance(), "_session_mgr", None)
        found = sessions and sessions.get_active_session_info(page.session)
        return found.session if found else None

    def _show(self, session: Any, tab: str, tries: int) -> None:
        """In the server's loop, where no browser's request can come between: sends what is new, or
        runs the page's fragment; later, if it runs already.
        """
        page = self._pages.get(tab)
        if page is None or session._scriptrunner is not None:
            self._ended(tab)
            if page is not None and tries < TRIES:
                session._event_loop.call_later(BUSY, self._again, tab, tries + 1)
            return
        content = page.again()
        if content is None:
            self._run(session, page)
            return
        message = ForwardMsg()
        message.CopyFrom(page.sent)
        message.delta.new_element.bidi_component.bytes = content
        populate_hash_if_needed(message)  # a browser passes over an element that it has
        session._enqueue_forward_msg(message)
        self._ended(tab)

    def _run(self, session: Any, page: _Page) -> None:
        asked = ClientState()
        asked.CopyFrom(session._client_state)
        asked.fragment_id = page.fragment
        asked.ClearField("widget_states")  # they stay as they are
        session.request_rerun(asked)

    def _again(self, tab: str, tries: int) -> None:
        with self._changed:
            self._queue.setdefault(tab, tries)
            self._changed.notify()

    def _ended(self, tab: str) -> None:
        with self._changed:
            self._running.pop(tab, None)
            self._changed.notify()


WAKER = Waker()
ROOMS.wake, ROOMS.present = WAKER.wake, WAKER.present
