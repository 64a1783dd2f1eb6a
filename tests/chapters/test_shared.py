"""One session: what is set on one page holds on all, in each page's own link; Reset ends it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.chapters.session import Session
from tests.chapters.training.desk import Desk
from tests.chapters.untrusted import addressed
from tests.serve import dedicated
from vaeviz.chapters import shared
from vaeviz.chapters.catalogue import NAMES, chapter
from vaeviz.chapters.engine import Memory
from vaeviz.serve import models
from vaeviz.serve.probes import Probe

Probes = Callable[[str], Probe]
SET = {"data": "three-gaussians", "beta": 4.0, "sigma2": 0.2, "d": 1, "seed": 7}
D = {"training": "latent"}  # where d has another name
BOARDS = [name for name in NAMES if shared.names(chapter(name).tools[:1])]  # about a model
SIZED = [name for name in BOARDS if "d" in shared.names(chapter(name).tools).values()]


@pytest.fixture
def visit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, probe: Probes
) -> Iterator[Callable[[str], Session]]:
    """The pages of one browser tab, by name, without shipped models."""
    for name in ("mnist-5k", "digits", "three-gaussians"):
        probe(name)
    common: dict[str, Any] = {}
    open_pages: dict[str, Session] = {}

    def opened(name: str) -> Session:
        page = open_pages.setdefault(name, Session(chapter(name), memory=Memory(shared=common)))
        page.opens()
        page.settled()
        return page

    models._shipped.cache_clear()
    dedicated.empty(tmp_path, monkeypatch)
    yield opened
    models._shipped.cache_clear()


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.chdir(tmp_path)
    return Desk().serve(monkeypatch)


def values(page: Session) -> dict[str, Any]:
    """What the page shows of SET, by the session's names."""
    mine = shared.names(page.chapter.tools)
    return {name: page.header["settings"][own] for own, name in mine.items() if name in SET}


@pytest.mark.parametrize("other", [name for name in SIZED if name != "explorer"])
def test_what_is_set_on_the_explorer_is_found_on_every_page_and_back(
    other: str, visit: Callable[[str], Session]
) -> None:
    visit("explorer").says(**SET)
    found = values(visit(other))
    assert found == {name: SET[name] for name in found}
    assert set(found) >= set(SET) - {"seed"}
    visit(other).says(**{"beta": 2.5, D.get(other, "d"): 2})
    back = values(visit("explorer"))
    assert back == {**SET, "beta": 2.5, "d": 2}


@pytest.mark.parametrize("name", BOARDS)
def test_each_pages_own_link_opens_what_another_page_has_set(
    name: str, visit: Callable[[str], Session]
) -> None:
    visit("collapse" if name == "explorer" else "explorer").says(**SET)
    page = visit(name)
    alone = Session(chapter(name))
    alone.opens(**addressed(page.header["link"]))
    alone.settled()
    assert values(alone) == values(page)
    assert values(page)["beta"] == 4.0


def test_a_later_tool_about_a_model_has_what_was_set_elsewhere(
    visit: Callable[[str], Session],
) -> None:
    visit("explorer").says(**SET)
    page = visit("objective")  # at its first tool, which has no model
    page.says(tool="picture")
    page.settled()
    assert values(page) == {name: SET[name] for name in ("data", "beta", "sigma2", "d")}
    page.says(beta=2.5)
    assert values(visit("explorer"))["beta"] == 2.5
    visit("explorer").says(beta=3.5)
    assert values(visit("objective"))["beta"] == 3.5


def test_pages_have_their_own_defaults_until_something_is_set(
    visit: Callable[[str], Session],
) -> None:
    sizes = {name: values(visit(name))["d"] for name in SIZED}
    assert sizes == {"explorer": 8, "training": 2, "latent": 2, "collapse": 16}
    visit("explorer").says(beta=4.0)
    assert {values(visit(name))["d"] for name in SIZED} == {8}  # as it was shown there


def test_a_value_that_a_page_cannot_show_is_one_line_and_stays_the_sessions(
    visit: Callable[[str], Session],
) -> None:
    visit("training").says(data="digits", likelihood="gaussian-learned", latent=32, beta=2.0)
    header = visit("explorer").header
    assert (header["settings"]["data"], header["settings"]["beta"]) == ("digits", 2.0)
    assert header["settings"]["likelihood"] == "gaussian"
    assert len([n for n in header["notes"] if "gaussian-learned" in n]) == 1
    assert header["settings"]["d"] == 16
    visit("explorer").says(beta=3.0)
    back = visit("training").header["settings"]
    assert (back["likelihood"], back["latent"], back["beta"]) == ("gaussian-learned", 32, 3.0)


def test_a_run_keeps_its_own_settings_and_says_so(
    visit: Callable[[str], Session],
    desk: Desk,
) -> None:
    page = visit("training")
    run = desk.run("running")
    page.opens(run=run.key)
    begun = page.header["settings"]
    visit("explorer").says(beta=9.0)
    header = visit("training").header
    assert header["settings"]["beta"] == begun["beta"]
    assert len([n for n in header["notes"] if "keeps its own settings" in n]) == 1


@pytest.mark.parametrize("name", BOARDS)
def test_reset_brings_back_the_defaults_of_all_settings_and_pages(
    name: str, visit: Callable[[str], Session]
) -> None:
    usual = visit(name).header
    page = visit(name)
    page.says(**{("latent" if k == "d" and name in D else k): v for k, v in SET.items()})
    page.says(a=3, i=2)
    assert page.says((1, "reset", None))["settings"] == usual["settings"]
    header = page.settled()
    assert (header["settings"], header["link"]) == (usual["settings"], usual["link"])
    other = "latent" if name != "latent" else "explorer"
    assert values(visit(other))["beta"] == 1.0


def test_reset_leaves_the_run_and_the_open_tool(
    visit: Callable[[str], Session],
    desk: Desk,
) -> None:
    page = visit("training")
    page.opens(run=desk.run("running").key)
    header = page.says((1, "reset", None))
    assert (header["story"] != "", header["address"]) == (True, "")  # the stored run plays
    page = visit("collapse")
    page.opens(tool="cures")
    assert page.says((1, "reset", None))["tool"] == "cures"
