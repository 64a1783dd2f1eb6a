"""What every page does alike when there is trouble: one line says so, and the page goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests import app_page
from tests.app_page import BoardPage
from tests.ui.training.live_hand import Desk
from vaeviz.runs.queue import launch as runs
from vaeviz.runs.queue.registry import Registry
from vaeviz.ui import live_board
from vaeviz.ui import runs as ui_runs
from vaeviz.ui.collapse import planes
from vaeviz.ui.latent import jobs
from vaeviz.ui.store import Once

Header = dict[str, Any]
PANELS = {
    "images": {"map", "kl", "rd", "recon", "interp", "samples"},
    "plane": {"map", "kl", "rd", "recon", "samples"},
}


@dataclass(frozen=True)
class Case:
    """A page, and whether a message to its board is whole."""

    page: BoardPage
    whole: Callable[[Header], bool]


EXPLORER = Case(
    app_page.EXPLORER, lambda h: set(h["panels"]) == PANELS[h["shape"]] and h["pending"] is False
)
LATENT = Case(app_page.LATENT, lambda h: h["model"]["source"].startswith("closed form"))
COLLAPSE = Case(app_page.COLLAPSE, lambda h: len(h["panels"]) == 4 and h["pending"] is False)
each_case = pytest.mark.parametrize(
    "case", [EXPLORER, LATENT, COLLAPSE], ids=lambda case: case.page.board.name
)
PAGES = (app_page.EXPLORER, app_page.LATENT, app_page.TRAINING, app_page.COLLAPSE)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Models, runs, assets and jobs of the test's own, and time for each job."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(Registry, "_look_after", lambda self: None)
    monkeypatch.setattr(runs, "_spawn", None)  # nothing here may start a worker
    monkeypatch.setattr(ui_runs, "_REGISTRY", Desk().registry)
    for module, name in ((planes, "PLANES"), (jobs, "SPACES")):
        monkeypatch.setattr(module, name, Once(workers=1, most=12))
    for module, name in ((planes, "QUICK"), (jobs, "PATIENCE"), (jobs, "QUICK")):
        monkeypatch.setattr(module, name, 60)
    with app_page.apart(tmp_path, monkeypatch) as made:
        yield made


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.board.name)
def test_a_folder_that_cannot_be_written_is_one_line(page: BoardPage, folder: Path) -> None:
    live_board._component.clear()
    (folder / "static").write_text("a file is in the way")
    app = page.opened()
    assert not app.exception
    assert ["make the folder writable" in error.value for error in app.error] == [True]


@each_case
def test_without_a_network_one_line_says_so_and_digits_stand_in(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    app_page.offline(monkeypatch)
    header = case.page.shown(case.page.opened(data="mnist"))
    assert len([note for note in header["notes"] if "could not be downloaded" in note]) == 1
    assert header["settings"]["data"] == "digits"
    assert case.whole(header)


@each_case
@pytest.mark.parametrize("file", ["mine.json", "mine.safetensors"])
def test_a_damaged_kept_model_is_one_line_and_the_closed_form_stands_in(
    file: str, case: Case, folder: Path
) -> None:
    app_page.put(folder, latent=2)
    whole = (folder / "kept" / file).read_bytes()
    (folder / "kept" / file).write_bytes(whole[: len(whole) - 9])
    header = case.page.shown(case.page.opened(data="moons", model="mine", d="2"))
    (line,) = [note for note in header["notes"] if "hown" in note and "β and σ²" not in note]
    assert "hown instead" in line
    assert header["settings"]["data"] == "moons"
    assert case.whole(header)
