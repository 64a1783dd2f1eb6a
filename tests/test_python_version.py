"""An old Python is one line, on the page and on the command line."""

from __future__ import annotations

import runpy
import sys

import pytest
from streamlit.testing.v1 import AppTest

from tests.app_page import APP
from vaeviz import python_version


@pytest.fixture
def old(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(python_version, "OLDEST", (sys.version_info[0], sys.version_info[1] + 1))


def test_this_python_will_do() -> None:
    assert python_version.fault() == ""


def test_a_page_says_so_in_one_line(old: None) -> None:
    app = AppTest.from_file(APP, default_timeout=60).run()
    (line,) = [error.value for error in app.error]
    assert line == python_version.fault()
    assert "\n" not in line
    assert not app.exception


def test_a_command_says_so_in_one_line(old: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["vaeviz", "checkpoints"])
    with pytest.raises(SystemExit) as caught:
        runpy.run_module("vaeviz", run_name="__main__")
    assert caught.value.code == python_version.fault()
