"""Publishing the board's modules: once, whole, under a name of their contents, whoever else does
the same.
"""

from __future__ import annotations

import re
import shutil
import threading
from pathlib import Path

import pytest

from vaeviz.config import UserError
from vaeviz.live import assets

HERE = Path(assets.__file__).parent
BOARDS = ("board", "training", "latent", "collapse")


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the modules that a test may edit."""
    folder = tmp_path / "modules"
    shutil.copytree(HERE, folder, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(assets, "_HERE", folder)
    return folder


def test_it_publishes_every_module_and_plotly(tmp_path: Path) -> None:
    folder = tmp_path / assets.publish(tmp_path)
    assert {f.name for f in folder.iterdir()} == {*assets.MODULES, "plotly.min.js"}
    for name in assets.MODULES:
        assert (folder / name).read_bytes() == (HERE / name).read_bytes()
    assert (folder / "plotly.min.js").stat().st_size > 1_000_000


def test_a_second_time_changes_nothing(tmp_path: Path) -> None:
    folder = tmp_path / assets.publish(tmp_path)
    before = {f: f.stat().st_mtime_ns for f in folder.iterdir()}
    assert tmp_path / assets.publish(tmp_path) == folder
    assert {f: f.stat().st_mtime_ns for f in folder.iterdir()} == before
    assert list(tmp_path.iterdir()) == [folder]


def test_many_at_once_leave_one_whole_folder_and_nothing_else(tmp_path: Path) -> None:
    barrier, names, failures = threading.Barrier(8), set(), []

    def job() -> None:
        barrier.wait()
        try:
            names.add(assets.publish(tmp_path / "static"))
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=job) for _ in range(8)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert failures == []
    assert [f.name for f in (tmp_path / "static").iterdir()] == list(names)
    assert len(names) == 1


def test_a_changed_module_gets_a_new_folder(tmp_path: Path, sources: Path) -> None:
    first = assets.publish(tmp_path / "static")
    (sources / "board.js").write_text("// changed")
    second = assets.publish(tmp_path / "static")
    assert first != second
    assert (tmp_path / "static" / second / "board.js").read_text() == "// changed"


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "static").write_text("a file is in the way")
    with pytest.raises(UserError, match="make the folder writable") as caught:
        assets.publish(tmp_path / "static")
    assert "\n" not in str(caught.value)


def test_a_full_disk_is_one_line_and_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shutil, "copyfile", full)
    with pytest.raises(UserError, match="No space left"):
        assets.publish(tmp_path / "static")
    assert list((tmp_path / "static").iterdir()) == []


def test_every_imported_module_is_published() -> None:
    for name in assets.MODULES:
        text = (HERE / name).read_text(encoding="utf-8")
        for imported in re.findall(r"""(?:from|import)\s*\(?\s*["']\./([^"']+)["']""", text):
            assert imported in assets.MODULES, f"{name} imports {imported}"
    assert {f.name for f in HERE.glob("*.js")} == set(assets.MODULES)


def test_nothing_is_fetched_from_outside() -> None:
    for name in assets.MODULES:
        text = re.sub(
            r"//.*", "", (HERE / name).read_text(encoding="utf-8").replace("http://www.w3.org", "")
        )
        assert "http:" not in text
        assert "https:" not in text
    for board in BOARDS:
        assert "url(" not in assets.css(board)
        assert "@import" not in assets.css(board)


@pytest.mark.parametrize("board", BOARDS)
def test_colours_come_from_the_page_or_differ_by_its_ground(board: str) -> None:
    css = re.sub(r"var\(--st-[\w-]+, #\w+\)|light-dark\([^()]*\)", "", assets.css(board))
    assert re.findall(r"#[0-9a-f]{3,8}\b|\brgb|\bhsl|: *(?:white|black)\b", css) == []
    assert css.count("{") == css.count("}")


@pytest.mark.parametrize("board", BOARDS)
def test_a_board_names_its_module_its_style_sheet_and_its_root_alike(board: str) -> None:
    assert f'"vv-{board}"' in (HERE / f"{board}.js").read_text(encoding="utf-8")
    assert f".vv-{board} {{" in assets.css(board)


def test_every_class_that_the_training_board_styles_is_made_by_a_module() -> None:
    made = " ".join((HERE / name).read_text(encoding="utf-8") for name in assets.MODULES)
    styled = set(
        re.findall(r"\.vv-([a-z]+)(?![\w-])", (HERE / "training.css").read_text(encoding="utf-8"))
    )
    parts = {
        "map",
        "loss",
        "rate",
        "heat",
        "grads",
        "recon",
        "samples",
        "log",
        "number",
    }  # named by the server
    assert {name for name in styled - parts if name not in made} == set()
