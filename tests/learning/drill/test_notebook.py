"""The stub's files, and what is read as a submission."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import nbformat
import pytest

from vaeviz.config import UserError
from vaeviz.learning.drill import plan
from vaeviz.learning.drill.judge import ASKED
from vaeviz.learning.drill.notebook import LARGEST, code, place, stub


def test_both_files_hold_the_same_stub_and_the_timetable(tmp_path: Path) -> None:
    python, notebook = stub()["drill.py"], stub()["drill.ipynb"]
    read = nbformat.reads(notebook, as_version=4)
    nbformat.validate(read, relax_add_props=False)
    cells = [cell.source for cell in read.cells if cell.cell_type == "code"]
    assert ast.dump(ast.parse("\n".join(cells))) == ast.dump(ast.parse(python))
    for stage in plan.STAGES:
        assert f"{stage.title}: {stage.minutes} minutes" in read.cells[0].source
        assert f"{stage.title}: {stage.minutes} minutes" in python
    assert max(map(len, python.splitlines())) <= 100


def test_the_plan_is_that_of_the_drill() -> None:
    assert [stage.minutes for stage in plan.STAGES] == [12, 5, 16, 5]
    assert sum(stage.minutes for stage in plan.STAGES) <= plan.MINUTES == 40
    assert all(stage.do and stage.good for stage in plan.STAGES)
    assert len({point.name for point in plan.EXPLANATION}) == len(plan.EXPLANATION) == 7


def test_every_function_says_what_it_gets_and_returns() -> None:
    tree = ast.parse(stub()["drill.py"])
    top = {
        node.name: node for node in tree.body if isinstance(node, ast.ClassDef | ast.FunctionDef)
    }
    assert set(ASKED) <= set(top)
    for name in ("reparameterize", "loss", "train"):
        said = ast.get_docstring(top[name]) or ""
        assert said.startswith("Gets ")
        assert "Returns" in said
    assert stub()["drill.py"].count("raise NotImplementedError") == 5


def test_a_notebook_is_read_without_what_only_ipython_understands(tmp_path: Path) -> None:
    cells = [
        {"cell_type": "markdown", "source": "# a head"},
        {"cell_type": "code", "source": ["%matplotlib inline\n", "x = 1\n", "!ls"]},
        {"cell_type": "code", "source": "%%bash\nrm -r /"},
        {"cell_type": "code", "source": "y = 2\nz = y % x"},
    ]
    path = tmp_path / "mine.ipynb"
    path.write_text(json.dumps({"cells": cells}), encoding="utf-8")
    text = code(path)
    assert [line for line in text.splitlines() if line and line[0] != "#"] == [
        "x = 1",
        "y = 2",
        "z = y % x",
    ]
    line = text.splitlines().index("z = y % x") + 1
    assert place(text, line) == "code cell 3, line 2"
    assert place("a\nb", 2) == "line 2"


WRONG = {
    "none.py": None,
    "mine.txt": b"x = 1",
    "broken.ipynb": b"{",
    "list.ipynb": b"[]",
    "cells.ipynb": b'{"cells": [{"cell_type": "code"}]}',
    "empty.ipynb": b'{"cells": []}',
    "deep.ipynb": b"[" * 100_000,
    "latin.py": "x = 'é'".encode("latin-1"),
    "large.py": b"#" * (LARGEST + 1),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_no_submission_is_refused_in_one_line(name: str, tmp_path: Path) -> None:
    content = WRONG[name]
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(UserError, match=name) as caught:
        code(tmp_path / name)
    assert "\n" not in str(caught.value)
    assert ": " in str(caught.value)  # a cause and a cure


def test_a_folder_is_no_submission(tmp_path: Path) -> None:
    (tmp_path / "a.py").mkdir()
    with pytest.raises(UserError, match="there is no file"):
        code(tmp_path / "a.py")
