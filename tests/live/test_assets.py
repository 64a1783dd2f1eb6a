"""Publishing the board's modules: once, whole, under a hash, also with concurrent writers."""

from __future__ import annotations

import re
import shutil
import threading
from pathlib import Path

import pytest

from vaeviz.chapters.catalogue import NAMES
from vaeviz.config import UserError
from vaeviz.live import assets

HERE = Path(assets.__file__).parent
SHEETS = re.compile(r'"(\w+)"')
LATER = ("lecture", "room")  # loaded by the module that needs it


def css() -> str:
    """The rules of all pages, in the order in which a page loads them."""
    names = SHEETS.findall(re.findall(r"SHEETS = (.*)", (HERE / assets.ENTRY).read_text())[0])
    files = (HERE / "styles" / f"{name}.css" for name in (*names, *LATER))
    return "".join(file.read_text("utf-8") for file in files)


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the modules that a test may edit."""
    folder = tmp_path / "modules"
    shutil.copytree(HERE, folder, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(assets, "_HERE", folder)
    return folder


def test_it_publishes_every_module_and_plotly(tmp_path: Path) -> None:
    folder = tmp_path / assets.publish(tmp_path)
    result = {path.relative_to(folder) for path in folder.rglob("*") if path.is_file()}
    assert result == {*assets.modules(), *assets.sheets(), Path("plotly.min.js")}
    for name in (*assets.modules(), *assets.sheets()):
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
    (sources / "draw" / "plane.js").write_text("// changed")
    second = assets.publish(tmp_path / "static")
    assert first != second
    assert (tmp_path / "static" / second / "draw" / "plane.js").read_text() == "// changed"


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


def test_a_module_of_another_folder_is_another_module(tmp_path: Path, sources: Path) -> None:
    first = assets.publish(tmp_path / "static")
    (sources / "draw" / "plane.js").rename(sources / "nets" / "plane.js")
    assert assets.publish(tmp_path / "static") != first


def test_nothing_is_fetched_from_outside() -> None:
    for name in assets.modules():
        text = re.sub(
            r"//.*", "", (HERE / name).read_text(encoding="utf-8").replace("http://www.w3.org", "")
        )
        assert "http:" not in text
        assert "https:" not in text
    assert "url(" not in css()
    assert "@import" not in css()


def test_colours_come_from_the_page_or_differ_by_its_ground() -> None:
    rules = re.sub(r"var\(--st-[\w-]+, #\w+\)|light-dark\([^()]*\)", "", css())
    assert re.findall(r"#[0-9a-f]{3,8}\b|\brgb|\bhsl|: *(?:white|black)\b", rules) == []
    assert rules.count("{") == rules.count("}")


def test_a_page_loads_every_style_sheet_and_what_all_share_first() -> None:
    sheets = {(HERE / path).read_text(encoding="utf-8") for path in assets.sheets()}
    assert len(css()) == sum(map(len, sheets))
    assert all(sheet in css() for sheet in sheets)
    assert css().startswith(".vv-screen {")
    for name in LATER:
        assert f"styles/{name}.css" in (HERE / "engine" / f"{name}.js").read_text("utf-8")


def test_a_changed_style_sheet_gets_a_new_folder(tmp_path: Path, sources: Path) -> None:
    first = assets.publish(tmp_path)
    (sources / "styles" / "page.css").write_text(".vv-page { gap: 0 }")
    assert assets.publish(tmp_path) != first


@pytest.mark.parametrize("name", ["training", "latent"])
def test_a_page_of_its_own_has_its_module_and_its_rules(name: str) -> None:
    module = (HERE / "engine" / f"{name}.js").read_text(encoding="utf-8")
    assert "export default class" in module
    assert f".vv-{name} {{" in css()


def test_every_class_that_a_style_sheet_names_is_made_by_a_module() -> None:
    made = " ".join((HERE / name).read_text(encoding="utf-8") for name in assets.modules())
    styled = set(re.findall(r"\.vv-([a-z]+)(?![\w-])", css()))
    parts = {"map", "loss", "rate", "heat", "grads", "recon", "samples", "interp"}
    parts |= {
        "plane",
        "spectrum",
        "bound",
        "models",
        "variances",
        "shared",
        "dedicated",
        "rd",
        "snippet",
        "checks",
    }  # panels
    kinds = {"log", "number", "exact", "int", "linear", "choice", "paste", "button"}  # of controls
    unmade = {name for name in styled - parts - kinds - set(NAMES) if f"vv-{name}" not in made}
    assert unmade - {"state", "pace", "counts", "left", "alarm", "warning", "good"} == set()
