"""Frames for a browser that does not read are not made: its page waits, with Streamlit's own client
and queue.
"""

from __future__ import annotations

import asyncio
import inspect
import threading
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime import Runtime
from streamlit.web.server.starlette.starlette_websocket import StarletteSessionClient

from vaeviz.ui import backlog


class Browser:
    """A websocket that takes nothing until it `reads`."""

    headers: dict[str, str] = {}  # noqa: RUF012
    cookies: dict[str, str] = {}  # noqa: RUF012
    client = None

    def __init__(self) -> None:
        self.reads, self.taken = asyncio.Event(), 0

    async def send_bytes(self, payload: bytes) -> None:
        await self.reads.wait()
        self.taken += 1


@pytest.fixture
def sessions(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The active sessions of a server by their names; the script that runs is that of "me"."""
    active: dict[str, Any] = {}
    manager = SimpleNamespace(get_active_session_info=active.get)
    server = SimpleNamespace(exists=lambda: True, get_instance=lambda: made)
    made = SimpleNamespace(_session_mgr=manager)
    monkeypatch.setattr(backlog, "runtime", server)
    script = SimpleNamespace(session_id="me")
    monkeypatch.setattr(backlog, "get_script_run_ctx", lambda suppress_warning: script)
    return active


def test_a_page_waits_for_its_browser_to_read(sessions: dict[str, Any]) -> None:
    async def lecture() -> None:
        browser = Browser()
        client = StarletteSessionClient(browser)  # type: ignore[arg-type]
        sessions["me"] = SimpleNamespace(client=client)
        backlog.wait_for_reader()  # nothing waits yet
        for _ in range(backlog.MOST + 5):
            client.write_forward_msg(ForwardMsg())
        await asyncio.sleep(0)
        assert backlog.waiting() > backlog.MOST
        page = threading.Thread(target=backlog.wait_for_reader)
        page.start()
        await asyncio.sleep(3 * backlog.LOOK)
        assert page.is_alive()
        browser.reads.set()
        await asyncio.to_thread(page.join, 10)
        assert not page.is_alive()
        assert browser.taken >= 5
        await client.aclose()

    with ThreadPoolExecutor() as pool:  # a browser's tests may have left a loop in this thread
        pool.submit(asyncio.run, lecture()).result()


def test_a_page_whose_browser_is_gone_does_not_wait(sessions: dict[str, Any]) -> None:
    full: asyncio.Queue[int] = asyncio.Queue()
    for k in range(backlog.MOST + 1):
        full.put_nowait(k)
    sessions["me"] = SimpleNamespace(client=SimpleNamespace(_send_queue=full))
    page = threading.Thread(target=backlog.wait_for_reader)
    page.start()
    sessions.clear()  # the connection broke
    page.join(10)
    assert not page.is_alive()


def test_without_a_server_nothing_waits() -> None:
    assert backlog.waiting() == 0


def test_the_server_still_keeps_its_sessions_where_we_look() -> None:
    assert "self._session_mgr = " in inspect.getsource(Runtime.__init__)
