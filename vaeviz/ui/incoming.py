"""The data set that a page was asked for; while one loads, or when it can't be had, the digits
stand in.
"""

from __future__ import annotations

import streamlit as st

from vaeviz.config import UserError
from vaeviz.ui import store
from vaeviz.ui.views import Probe

_WAITING = "incoming-data"


def probe(name: str, notes: list[str]) -> tuple[Probe, str]:
    """The probe set, and a line on the one that is on its way; a note if it can't be had."""
    waiting = ""
    try:
        asked_before = st.session_state.get(_WAITING) == name
        found = store.probe(name, patience=0.1 if asked_before else 2.0)
        st.session_state[_WAITING] = name if found is None else None
        if found is not None:
            return found, ""
        waiting = f"{name}: {store.progress(name)}. Until then: digits."
    except UserError as error:
        notes.append(f"{error}.")
    digits = store.probe("digits", patience=60)
    assert digits is not None
    return digits, waiting
