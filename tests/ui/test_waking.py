"""Pages in a room are found again by what they sent, and woken: by a message, or by a run."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.forward_msg_cache import populate_hash_if_needed

from vaeviz.chapters.chapter import Visitor
from vaeviz.serve.rooms import ROOMS
from vaeviz.ui import waking
from vaeviz.ui.waking import AT_ONCE, WAKER, Waker


class Loop:
    """An event loop that does things when they are asked for."""

    def call_soon_threadsafe(self, act: Callable[..., None], *given: Any) -> None:
        act(*given)

    def call_later(self, seconds: float, act: Callable[..., None], *given: Any) -> None:
        act(*given)


class Tab:
    """Streamlit's session of a tab."""

    def __init__(self) -> None:
        from streamlit.proto.ClientState_pb2 import ClientState

        self._scriptrunner: Any = None
        self._event_loop = Loop()
        self._client_state = ClientState(query_string="room=HJK34", page_script_hash="page")
        self.sent: list[ForwardMsg] = []
        self.runs: list[ClientState] = []
        self._enqueue_forward_msg, self.request_rerun = self.sent.append, self.runs.append


@pytest.fixture
def tabs(monkeypatch: pytest.MonkeyPatch) -> dict[str, Tab]:
    """Streamlit's sessions by their ids, which are the tabs' names; each has a seat."""
    found: dict[str, Tab] = {}
    manager = SimpleNamespace(
        get_active_session_info=lambda name: (
            SimpleNamespace(session=found[name]) if name in found else None
        )
    )
    real = SimpleNamespace(
        exists=lambda: True, get_instance=lambda: SimpleNamespace(_session_mgr=manager)
    )
    monkeypatch.setattr(waking, "runtime", real)
    monkeypatch.setattr(ROOMS, "seat", lambda tab: tab in found or None)
    return found


def answers(waker: Waker, monkeypatch: Any, tab: str, content: bytes | None) -> list[ForwardMsg]:
    """A page's run, whose message is `first`; it would say `content` next."""
    seen: list[ForwardMsg] = []
    context = SimpleNamespace(session_id=tab, _enqueue=seen.append)
    monkeypatch.setattr(waking, "get_script_run_ctx", lambda suppress_warning: context)
    with waker.answering(Visitor(tab), lambda: content):
        message = ForwardMsg()
        message.delta.fragment_id = "fragment"
        message.delta.new_element.bidi_component.bytes = b"first"
        message.metadata.delta_path[:] = [0, 3]
        populate_hash_if_needed(message)
        context._enqueue(message)
    assert context._enqueue.__self__ is seen
    return seen


def until(done: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not done() and time.monotonic() < end:
        time.sleep(0.005)
    assert done()


def test_rooms_are_woken_by_the_server_s_waker() -> None:
    assert ROOMS.wake == WAKER.wake
    assert ROOMS.present == WAKER.present


def test_a_message_goes_out_in_the_place_of_the_last_one(
    tabs: dict[str, Tab], monkeypatch: pytest.MonkeyPatch
) -> None:
    waker, tabs["a"] = Waker(), Tab()
    (first,) = answers(waker, monkeypatch, "a", b"second")
    waker.wake(["a", "nobody"])
    until(lambda: bool(tabs["a"].sent))
    (second,) = tabs["a"].sent
    assert second.delta.new_element.bidi_component.bytes == b"second"
    assert second.delta.fragment_id == "fragment"
    assert list(second.metadata.delta_path) == [0, 3]
    assert second.hash not in ("", first.hash)  # the browser passes over what it has
    assert tabs["a"].runs == []


def test_where_no_message_will_do_the_fragment_runs(
    tabs: dict[str, Tab], monkeypatch: pytest.MonkeyPatch
) -> None:
    waker, tabs["a"] = Waker(), Tab()
    answers(waker, monkeypatch, "a", None)
    waker.wake(["a"])
    until(lambda: bool(tabs["a"].runs))
    (asked,) = tabs["a"].runs
    assert (asked.fragment_id, asked.query_string) == ("fragment", "room=HJK34")
    assert asked.page_script_hash == "page"


def test_a_page_that_runs_is_woken_afterwards(
    tabs: dict[str, Tab], monkeypatch: pytest.MonkeyPatch
) -> None:
    waker, tab = Waker(), Tab()
    tabs["a"] = tab
    answers(waker, monkeypatch, "a", b"second")
    tab._scriptrunner = object()
    looks: list[int] = []

    def later(seconds: float, act: Callable[..., None], *given: Any) -> None:
        looks.append(1)
        if len(looks) == 3:
            tab._scriptrunner = None
        act(*given)

    monkeypatch.setattr(tab._event_loop, "call_later", later)
    waker.wake(["a"])
    until(lambda: bool(tab.sent))
    assert len(looks) == 3


def test_a_few_run_at_a_time_and_those_that_are_gone_hold_up_nobody(
    tabs: dict[str, Tab], monkeypatch: pytest.MonkeyPatch
) -> None:
    waker = Waker()
    names = [f"tab {n}" for n in range(AT_ONCE + 2)]
    for name in names:
        tabs[name] = Tab()
        answers(waker, monkeypatch, name, None)
    del tabs[names[0]]
    assert waker.present(names) == names[1:]
    monkeypatch.setattr(waking, "PATIENCE", 60.0)
    waker.wake(names)
    until(lambda: sum(len(tab.runs) for tab in tabs.values()) == AT_ONCE)
    assert tabs[names[-1]].runs == []
    answers(waker, monkeypatch, names[1], None)  # it has answered
    until(lambda: len(tabs[names[-1]].runs) == 1)


def test_a_page_outside_rooms_is_not_kept(
    tabs: dict[str, Tab], monkeypatch: pytest.MonkeyPatch
) -> None:
    waker = Waker()
    answers(waker, monkeypatch, "nobody", b"x")
    assert waker._pages == {}


def test_pages_without_a_seat_are_let_go(
    tabs: dict[str, Tab], monkeypatch: pytest.MonkeyPatch
) -> None:
    waker = Waker()
    monkeypatch.setattr(waking, "KEPT", 3)
    for n in range(4):
        tabs[f"tab {n}"] = Tab()
        answers(waker, monkeypatch, f"tab {n}", b"x")
    del tabs["tab 1"]
    tabs["new"] = Tab()
    answers(waker, monkeypatch, "new", b"x")
    assert set(waker._pages) == {"tab 0", "tab 2", "tab 3", "new"}
