"""Wakes the pages that follow a room: the server runs them again without their browsers' asking.

A browser that asked once per half second would cost the server more than the lecturer's drag: a
hundred of them more than half of its repaints. So the server runs a page's fragment when there is
something new, a few at a time, and nothing in between. Streamlit has no public call for that: where
it has no such thing any more, followers get the news with their next message.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Collection
from typing import Any

from streamlit import runtime
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.scriptrunner_utils import script_run_context

from vaeviz.serve.rooms import ROOMS

AT_ONCE = 3  # pages that run together: more of them hold up each other, and the lecturer
PATIENCE = 0.5  # seconds until a page that was woken counts as gone
BUSY = 0.02  # seconds until a page that runs by itself is woken again
TRIES = 100  # of them
_LOG = logging.getLogger(__name__)


class Waker:
    """Tabs by the session and fragment of their page, and those that are to be woken, in order."""

    def __init__(self) -> None:
        self._pages: dict[str, tuple[str, str]] = {}
        self._queue: OrderedDict[str, int] = OrderedDict()  # tab: tries
        self._running: dict[str, float] = {}  # tab: since when
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def answered(self, tab: str) -> None:
        """A page in a room has run: where it is found, and that the next may run."""
        context, fragment = get_script_run_ctx(suppress_warning=True), _fragment()
        if ROOMS.seat(tab) is None or context is None or not fragment:
            self._pages.pop(tab, None)
            return
        with self._changed:
            self._pages[tab] = context.session_id, fragment
            self._running.pop(tab, None)
            self._changed.notify()

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
                    self._ended(tab)
                else:
                    session._event_loop.call_soon_threadsafe(self._run, session, tab, tries)
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
        found = sessions and sessions.get_active_session_info(page[0])
        return found.session if found else None

    def _run(self, session: Any, tab: str, tries: int) -> None:
        """In the server's loop: runs the page's fragment, unless it runs already. A request beside
        a browser's own would take its place.
        """
        if session._scriptrunner is not None:
            self._ended(tab)
            if tries < TRIES:
                session._event_loop.call_later(BUSY, self._again, tab, tries + 1)
            return
        asked = ClientState()
        asked.CopyFrom(session._client_state)
        asked.fragment_id = self._pages[tab][1]
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


def _fragment() -> str:
    """The fragment that runs in this thread; "" where Streamlit does not say."""
    state = getattr(script_run_context, "ThreadState", None)
    return (state.get().fragment_id if state else None) or ""


WAKER = Waker()
ROOMS.wake, ROOMS.present = WAKER.wake, WAKER.present
