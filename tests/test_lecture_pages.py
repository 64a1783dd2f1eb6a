"""A lecture in the app: words are rendered with it and not before, a step leads to its page, and
the lecturer's own window drives it.
"""

from __future__ import annotations

import time
from typing import Any

from streamlit.testing.v1 import AppTest

from tests.app_page import APP, EXPLORER, LATENT, Page
from vaeviz.serve import lectures

HELD = {"theme": "light", "held": []}


def words(app: AppTest) -> list[str]:
    return [each.value for each in app.markdown if "`@0/words`" in each.value]


def asks(app: AppTest, page: Page, seq: int, **value: Any) -> AppTest:
    """What the browser sends when the user presses something of the lecture."""
    action = {"id": seq, "name": "lecture", "value": value}
    state = {"seq": seq, "settings": {"beta": 1.0}, "actions": [action], **HELD}
    app.session_state[page.key] = {"live": state}
    return app.run()


def test_a_plain_page_renders_no_words() -> None:
    app = EXPLORER.opened()
    assert "lecture" not in EXPLORER.shown(app)
    assert words(app) == []


def test_a_lecture_is_walked_over_two_pages() -> None:
    app = EXPLORER.opened()
    asks(app, EXPLORER, 1, begin="newcomers")  # its first step is on another page
    shown = LATENT.shown(app)["lecture"]
    assert (shown["at"], shown["name"]) == (0, "newcomers")
    assert app.query_params["lecture"] == "newcomers"
    assert len(words(app)) == 1
    asks(app, LATENT, 1, go=3)
    header = EXPLORER.shown(app)
    assert (header["lecture"]["at"], header["tool"]) == (3, "explore")
    assert len(words(app)) == 1
    asks(app, EXPLORER, 2, leave=True)
    assert "lecture" not in EXPLORER.shown(app)
    assert words(app.run()) == []


def test_an_address_opens_a_step_wherever_it_is() -> None:
    app = LATENT.opened(lecture="collapse", step="2")
    (page,) = [p for p in (LATENT, Page("collapse")) if p.mounted(app)]
    header = page.shown(app)
    assert (page.name, header["tool"], header["lecture"]["at"]) == ("collapse", "linear", 1)
    unknown = EXPLORER.opened(lecture="none")
    assert "no lecture" in EXPLORER.shown(unknown)["refused"]


def notes(key: str) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=60)
    app.query_params["notes"] = key
    return app.run()


def test_the_lecturer_s_window_shows_the_notes_and_drives_the_desk() -> None:
    lecture = lectures.find("newcomers", lambda _: None)
    desk = lectures.new_desk(lecture, 3)
    app = notes(desk.key)
    assert not app.exception
    step, following = lecture.steps[3:5]
    assert step.title in app.subheader[0].value
    texts = "\n".join(each.value for each in app.markdown)
    assert step.notes.split(".")[0].strip() in texts
    assert following.title in texts
    assert "`=" not in texts  # the page's own numbers
    app.button[1].click().run()
    assert desk.step == 4
    app.button[0].click().run()
    app.button[2].click().run()
    app.button[3].click().run()
    assert (desk.step, desk.blank, desk.frozen) == (3, True, True)
    desk.began, desk.stepped = time.time() - 600, time.time()
    late = notes(desk.key).markdown[0].value
    assert "10 of 9 min gone" in late
    assert "10 min behind the plan" in late


def test_a_key_that_nobody_has_says_what_to_do() -> None:
    app = notes("nothing")
    assert not app.exception
    assert "Present" in app.info[0].value
