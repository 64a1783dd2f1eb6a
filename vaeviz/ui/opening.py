"""How a script of Streamlit's gets at our modules: one session at a time imports what is new.

A class opens the link at once. Two sessions that import modules for the first time, in different
orders, can wait for each other; Python then hands one of them a module that is only half loaded.
The lock costs nothing once everything is imported, and a page still loads only what it needs.
This module imports nothing else of ours, so that the lock comes first.
"""

from __future__ import annotations

import threading

import streamlit as st

from vaeviz.python_version import fault

_FIRST = threading.RLock()


def router() -> None:
    """The whole app: the frame, and in it the page that was asked for."""
    _check_python()
    with _FIRST:
        from vaeviz.ui import shell
    shell.route()


def page(name: str) -> None:
    """The page of the chapter of this name."""
    _check_python()
    with _FIRST:
        from vaeviz.chapters import catalogue
        from vaeviz.ui import page, shell

        chapter = catalogue.chapter(name)
    shell.frame()
    page.show(chapter)


def _check_python() -> None:
    if line := fault():
        st.error(line)
        st.stop()
