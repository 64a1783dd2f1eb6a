"""One registry for all sessions, and who is at the server's own machine."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from vaeviz.ui import runs


def asking(monkeypatch: pytest.MonkeyPatch, address: str | None, **headers: str) -> bool:
    fake = SimpleNamespace(context=SimpleNamespace(ip_address=address, headers=headers))
    monkeypatch.setattr(runs, "st", fake)
    return runs.first()


@pytest.mark.parametrize("address", [None, "127.0.0.1", "::1"])
def test_the_server_s_own_browser_comes_first(
    monkeypatch: pytest.MonkeyPatch, address: str | None
) -> None:
    assert asking(monkeypatch, address)
    assert not asking(
        monkeypatch, address, **{"X-Forwarded-For": "10.0.0.7"}
    )  # a proxy speaks for anyone


@pytest.mark.parametrize("address", ["10.0.0.7", "192.168.1.2", "fe80::1"])
def test_a_browser_elsewhere_does_not(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    assert not asking(monkeypatch, address)


def test_a_session_keeps_its_name_and_shares_the_registry() -> None:
    def page() -> None:
        import streamlit as st

        from vaeviz.ui import runs

        st.text(f"{runs.session()} {id(runs.registry())} {runs.first()}")

    one, two = (AppTest.from_function(page).run() for _ in range(2))
    first, again, other = (
        one.text[0].value.split(),
        one.run().text[0].value.split(),
        two.text[0].value.split(),
    )
    assert first == again
    assert first[0] != other[0]
    assert first[1:] == other[1:]
    assert len(first[0]) == 32
