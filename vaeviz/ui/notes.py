"""The lecturer's own window beside the projected one, `?notes=KEY`: notes, next step, clock.

Both are driven by the desk of this key (serve/lectures.py).
"""

from __future__ import annotations

import re
import time

import streamlit as st

from vaeviz.chapters.reading import coloured
from vaeviz.figures.theme import THEMES
from vaeviz.serve import lectures
from vaeviz.serve.lectures import Desk

_LIVE = re.compile("`=[^`]*`")  # a number that only the page knows
EVERY = 0.5  # seconds between two looks at the desk


def show() -> None:
    """The window of the desk whose key stands in the address."""
    desk = lectures.desk(st.query_params.get("notes", ""))
    if desk is None:
        st.info("There is no lecture under this key: open a lecture, press Present, then Notes")
        return
    st.set_page_config(page_title=f"Notes · {desk.lecture.title}")
    _board(desk)


@st.fragment(run_every=EVERY)
def _board(desk: Desk) -> None:
    """Reruns by itself, and when a button is pressed."""
    _buttons(desk)
    lecture, at = desk.lecture, desk.step
    step = lecture.steps[at]
    following = lecture.steps[at + 1] if at + 1 < len(lecture.steps) else None
    st.markdown(f"**{_clock(desk)}**")
    theme = THEMES[st.context.theme.type or "light"]
    left, right = st.columns([3, 2])
    with left:
        st.subheader(f"{at + 1} of {len(lecture.steps)}: {step.title}")
        st.markdown(coloured(step.notes or "No notes for this step.", theme))
        if step.do:
            st.markdown(f"**They do:** {coloured(step.do, theme)}")
    with right:
        st.caption("On the screen")
        st.markdown(coloured(_LIVE.sub("…", step.words), theme))
        st.caption("Next")
        st.markdown(f"**{following.title}** ({following.page})" if following else "The end.")


def _buttons(desk: Desk) -> None:
    """Their callbacks run before the fragment, which then shows what they did."""
    row = st.columns(4)
    last = len(desk.lecture.steps) - 1
    row[0].button(
        "Back", on_click=lambda: desk.go(desk.step - 1), disabled=desk.step == 0,
        shortcut="PageUp", width="stretch",
    )  # fmt: skip
    row[1].button(
        "Next", on_click=lambda: desk.go(desk.step + 1), disabled=desk.step == last,
        shortcut="PageDown", type="primary", width="stretch",
    )  # fmt: skip
    row[2].button(
        "Show the screen" if desk.blank else "Blank the screen", key="blank",
        on_click=lambda: setattr(desk, "blank", not desk.blank), shortcut="B", width="stretch",
    )  # fmt: skip
    row[3].button(
        "Let it follow again" if desk.frozen else "Freeze the screen", key="freeze",
        on_click=lambda: setattr(desk, "frozen", not desk.frozen), shortcut="F", width="stretch",
    )  # fmt: skip


def _clock(desk: Desk) -> str:
    """The time of day, how long it has gone on, and how far that is from the plan."""
    lecture, now = desk.lecture, time.time()
    gone, here = (now - desk.began) / 60, (now - desk.stepped) / 60
    planned = lecture.left(desk.first) - lecture.left(desk.step)
    late = gone - here - planned
    pace = f"{abs(late):.0f} min {'behind' if late > 0 else 'ahead of'} the plan"
    return (
        f"{time.strftime('%H:%M:%S')} · {gone:.0f} of {lecture.left(desk.first):g} min gone ·"
        f" {here:.0f} of {lecture.steps[desk.step].minutes:g} min on this step ·"
        f" {'on the plan' if abs(late) < 0.5 else pace}"
    )
