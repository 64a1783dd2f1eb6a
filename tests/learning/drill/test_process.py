"""Submissions in a process of their own: judged, and stopped or harmless whatever they do."""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path

import nbformat
import pytest

from tests.learning.drill.solutions import code
from vaeviz.config import UserError
from vaeviz.learning.drill import process
from vaeviz.learning.drill.notebook import stub
from vaeviz.learning.drill.process import MOST, Patience, check, environment
from vaeviz.learning.drill.results import Message, Report, Result
from vaeviz.learning.drill.trained import FEWEST

posix = pytest.mark.skipif(sys.platform != "linux", reason="the limits are Linux's")
PATIENT = Patience(seconds=300, memory=512 << 20, start=300)  # a busy machine is no failure


def submitted(folder: Path, text: str, patience: Patience = PATIENT) -> Report:
    path = folder / "mine.py"
    path.write_text(text, encoding="utf-8")
    return check(path, FEWEST, patience)


def hurried(source: str) -> str:
    """Code that does not get as far as the stub's names."""
    return f"import os\n{source}\nraise ValueError('reached the end')\n"


def test_a_right_notebook_is_green(tmp_path: Path) -> None:
    """Its solution comes through as a notebook, with what only IPython understands."""
    notebook = nbformat.reads(stub()["drill.ipynb"], as_version=4)
    cells = code().replace("\n# %%", "\0# %%").split("\0")
    notebook.cells[1:] = [nbformat.v4.new_code_cell(cell) for cell in cells]
    notebook.cells.append(nbformat.v4.new_code_cell("%matplotlib inline\n!true"))
    path = tmp_path / "mine.ipynb"
    path.write_text(nbformat.writes(notebook), encoding="utf-8")
    report = check(path, FEWEST, PATIENT)
    assert report.green
    assert not report.refused
    assert {limit.name for limit in report.limits} == {
        "time",
        "memory",
        "processor time",
        "file size",
    }
    assert json.loads(json.dumps(report.to_json(), allow_nan=False))["green"] is True


@posix
def test_an_endless_loop_is_stopped(tmp_path: Path) -> None:
    text = code(sample="\n    while True:\n        pass")
    report = submitted(tmp_path, text, Patience(seconds=1.0, start=300))
    assert "endless loop" in report.stopped
    assert "\n" not in report.stopped
    assert not report.green
    assert [result.passed for result in report.results] == []  # the first check samples already


@posix
def test_a_submission_that_fills_memory_is_stopped(tmp_path: Path) -> None:
    report = submitted(tmp_path, hurried("kept = []\nwhile True: kept.append(bytearray(1 << 24))"))
    assert "line 3: the code needs more memory" in report.stopped


HOSTILE = """
import os, pathlib, shutil, socket, subprocess, multiprocessing, tempfile
victim = pathlib.Path({victim!r})
folder = victim.parent
os.symlink(folder, "link")
opened = os.open(folder, os.O_RDONLY)
tried = [
    lambda: victim.unlink(),
    lambda: os.remove("link/victim"),
    lambda: shutil.rmtree(folder),
    lambda: victim.write_text("changed"),
    lambda: open("link/victim", "a"),
    lambda: os.open("victim", os.O_WRONLY | os.O_TRUNC, dir_fd=opened),
    lambda: os.remove("victim", dir_fd=opened),
    lambda: victim.rename("gone"),
    lambda: os.link(victim, "twin"),
    lambda: os.truncate(victim, 0),
    lambda: (folder / "new").mkdir(),
    lambda: subprocess.run(["true"]),
    lambda: os.system("true"),
    lambda: os.fork(),
    lambda: multiprocessing.get_context("spawn").Process(target=print).start(),
    lambda: os.kill(os.getppid(), 9),
    lambda: socket.create_connection(("127.0.0.1", 9)),
]
done = []
for k, attempt in enumerate(tried):
    try:
        attempt()
        done.append(k)
    except PermissionError:
        pass
with tempfile.NamedTemporaryFile() as allowed, open("here.txt", "w") as file:
    file.write("x")
os.remove("here.txt")
raise ValueError(f"done: {{done}}, home: {{os.environ['HOME'] == os.getcwd()}}")
"""


@posix
def test_a_submission_that_deletes_files_is_harmless(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    victim = tmp_path / "folder" / "victim"
    victim.write_text("kept")
    report = submitted(tmp_path, HOSTILE.format(victim=str(victim)))
    assert "done: [], home: True" in report.stopped
    assert victim.read_text() == "kept"
    assert list(victim.parent.iterdir()) == [victim]
    assert len(report.refused) == 8  # no more are told
    assert all("\n" not in what for what in report.refused)


@posix
def test_a_gigabyte_of_prints_and_an_error_at_import_are_one_line(tmp_path: Path) -> None:
    prints = "for _ in range(1000): print('x' * 1_000_000)\nos.write(2, b'more')"
    report = submitted(tmp_path, hurried(prints))
    assert report.stopped == "line 4: ValueError: reached the end"
    assert report.results == ()


def with_child(folder: Path, source: str, patience: Patience = PATIENT) -> Report:
    """The report where `source` runs in place of the child, which has to import torch."""
    path = folder / "mine.py"
    path.write_text("x = 1", encoding="utf-8")
    return check(path, FEWEST, patience, (sys.executable, "-c", f"import os, time\n{source}"))


def test_a_submission_that_ends_the_process_is_found(tmp_path: Path) -> None:
    report = with_child(tmp_path, "os._exit(3)")
    assert "before the checks were done" in report.stopped
    assert "exit status 3" in report.stopped
    assert not report.green


@posix
def test_a_crash_of_the_process_is_found(tmp_path: Path) -> None:
    assert "SIGABRT" in with_child(tmp_path, "os.abort()").stopped


def test_a_flood_on_the_pipe_is_cut_off(tmp_path: Path) -> None:
    for line in ('b"x" * 65536', 'b"\\n" * 65536'):
        report = with_child(tmp_path, f"for _ in range({MOST >> 15}): os.write(1, {line})")
        assert "pipe of the results" in report.stopped


def test_results_that_came_before_the_end_are_kept(tmp_path: Path) -> None:
    result = Result("kl", "The KL", True, {"KL": 0.5}, "", "a paper")
    lines = Message(stage="the training").line() + Message(result=result).line()
    source = f"os.write(1, {lines!r})\ntime.sleep(600)"
    report = with_child(tmp_path, source, Patience(seconds=0.5, start=300))
    assert report.results == (result,)
    assert "in 'the training'" in report.stopped
    assert not report.green


def test_a_child_that_never_starts_is_stopped(tmp_path: Path) -> None:
    report = with_child(tmp_path, "time.sleep(600)", Patience(start=0.2))
    assert "after 0.2 seconds" in report.stopped


@posix
def test_a_syntax_error_has_its_place(tmp_path: Path) -> None:
    report = submitted(tmp_path, "def loss(:\n    pass\n")
    assert report.stopped.startswith("line 1: syntax error")


def test_a_submission_without_a_function_is_refused(tmp_path: Path) -> None:
    line = Message(missing="train").line()
    with pytest.raises(UserError, match="lacks train"):
        with_child(tmp_path, f"os.write(1, {line!r})")


def test_what_is_no_message_is_refused() -> None:
    for line in (b"[]", b"{", b'{"stage": 1}', b'{"other": ""}', b'{"result": {"name": "x"}}'):
        with pytest.raises(ValueError, match=r"."):
            Message.read(line)


def test_the_environment_has_no_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_TOKEN", "x")
    names = environment(tmp_path)
    assert "x" not in names.values()
    assert names["HOME"] == str(tmp_path)
    assert set(names) & set(os.environ) <= {*process.KEPT, *names}


def test_no_page_runs_a_submission() -> None:
    """The app may show the plan and the stub; only the command line judges."""
    judging = re.compile(r"learning\.drill(\.| import .*)(process|child|judge|checks|trained)")
    package = Path(process.__file__).parents[2]
    users = [p for p in package.rglob("*.py") if judging.search(p.read_text(encoding="utf-8"))]
    assert {p.relative_to(package).parts[0] for p in users} == {"commands", "learning"}
