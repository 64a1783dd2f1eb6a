"""Each question's link opens its tool at these settings, without a note."""

from __future__ import annotations

import time

import pytest

from tests.chapters.session import Session
from vaeviz.chapters.catalogue import NAMES, chapter
from vaeviz.chapters.learn import content
from vaeviz.chapters.settings import parse
from vaeviz.learning.bank import Link, bank

LINKS = {one.link: one.id for one in bank() if one.link}


def tool(link: Link) -> str:
    """The server's tool; those of the latent space are the browser's."""
    named = link.settings.get("tool", "")
    return named if named in {each.name for each in chapter(link.page).tools} else ""


TOOLS = {(link.page, tool(link)): link for link in LINKS if "mnist" not in link.query}


@pytest.mark.parametrize("link", LINKS, ids=LINKS.values())
def test_its_settings_are_possible(link: Link) -> None:
    assert link.page in NAMES
    tools = {tool.name: tool for tool in chapter(link.page).tools}
    given = link.settings
    first = next(iter(tools.values()))
    if len(tools) > 1:
        assert given.get("tool", first.name) in tools
        opened = tools[given.pop("tool", first.name)]
    else:
        opened = first
    view, notes = parse(given, opened.view())
    assert notes == []
    assert {name: str(getattr(view, name)).removesuffix(".0") for name in given} == given


@pytest.mark.parametrize("link", TOOLS.values(), ids=map("-".join, TOOLS))
def test_it_opens_its_tool_with_these_settings(link: Link) -> None:
    session = Session(chapter(link.page))
    header = session.opens(**link.settings)
    until = time.monotonic() + 90
    while header["pending"] and time.monotonic() < until:
        time.sleep(0.05)
        header = session.again()
    shown = header["settings"]
    assert {name: str(shown[name]).removesuffix(".0") for name in link.settings} == link.settings
    assert not [note for note in header["notes"] if "is used" in note or "failed" in note]


def test_a_prediction_is_one_of_the_tool_that_its_link_opens() -> None:
    asked = [one for one in bank() if one.prediction]
    assert len(asked) >= 5
    for one in asked:
        assert one.link
        first = chapter(one.link.page).tools[0]
        named = {each.name: each for each in chapter(one.link.page).tools}
        opened = named[tool(one.link) or first.name]
        assert one.prediction in {each.name for each in opened.predictions}, one.id
        (sent,) = [each for each in content.questions() if each["id"] == one.id]
        assert sent["link"]["href"].endswith("explain=predict")
