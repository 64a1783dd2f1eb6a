"""Who looks: a browser tab keeps its name, all share one registry, and who is at the server's own
machine.
"""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from vaeviz.ui import page


def local(monkeypatch: pytest.MonkeyPatch, address: str | None, **headers: str) -> bool:
    context = SimpleNamespace(ip_address=address, headers=headers)
    monkeypatch.setattr(page, "st", SimpleNamespace(context=context, session_state={}))
    return page.visitor().local


@pytest.mark.parametrize("address", [None, "127.0.0.1", "::1"])
def test_the_server_s_own_browser_comes_first(
    monkeypatch: pytest.MonkeyPatch, address: str | None
) -> None:
    assert local(monkeypatch, address)
    # a proxy speaks for anyone
    assert not local(monkeypatch, address, **{"X-Forwarded-For": "10.0.0.7"})


@pytest.mark.parametrize("address", ["10.0.0.7", "192.168.1.2", "fe80::1"])
def test_a_browser_elsewhere_does_not(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    assert not local(monkeypatch, address)


def test_a_session_keeps_its_name_and_shares_the_registry() -> None:
    def app() -> None:
        import streamlit as st

        from vaeviz.serve.runs import REGISTRY
        from vaeviz.ui.page import visitor

        st.text(f"{visitor().session} {id(REGISTRY)} {visitor().local}")

    one, two = (AppTest.from_function(app).run() for _ in range(2))
    first, again, other = (
        one.text[0].value.split(),
        one.run().text[0].value.split(),
        two.text[0].value.split(),
    )
    assert first == again
    assert first[0] != other[0]
    assert first[1:] == other[1:]
    assert len(first[0]) == 32
