"""The house rules that a program can check: layers, sizes, catalogues, and what must never be
called.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from vaeviz import data
from vaeviz.chapters.catalogue import NAMES, chapter
from vaeviz.chapters.catalogue import PAGES as LISTED
from vaeviz.chapters.settings import declared
from vaeviz.data import catalogue
from vaeviz.data.dataset import Entry
from vaeviz.densities import LIKELIHOODS
from vaeviz.families import CHOICES, FAMILIES

ROOT = Path(__file__).parents[1]
PACKAGE = sorted((ROOT / "vaeviz").rglob("*.py"))
PAGES = sorted((ROOT / "pages").glob("*.py"))
SOURCES = [*PACKAGE, *PAGES, ROOT / "explorer_app.py"]
each_source = pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
each_page = pytest.mark.parametrize(
    "path", [*PAGES, ROOT / "explorer_app.py"], ids=lambda p: p.name
)


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def imports(path: Path) -> set[str]:
    """Dotted names of all modules that a file imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def calls(path: Path) -> set[str]:
    """Dotted names of all that a file calls."""
    return {ast.unparse(node.func) for node in ast.walk(tree(path)) if isinstance(node, ast.Call)}


def run(code: str) -> str:
    """What a fresh Python prints; the tests' own warnings filter is not inherited."""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_layers_hold() -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports_command; lint_imports_command()",
            "--no-cache",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout


@each_source
def test_a_file_is_at_most_300_lines(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 300


@each_source
def test_a_function_is_at_most_42_lines_below_its_docstring(path: Path) -> None:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef):
            first = node.body[1 if ast.get_docstring(node) and len(node.body) > 1 else 0]
            assert (node.end_lineno or 0) - first.lineno < 42, node.name


NAMED = {*FAMILIES, *CHOICES, *LIKELIHOODS}


@each_source
def test_no_family_and_no_likelihood_is_told_by_its_name(path: Path) -> None:
    """Their objects and traits answer; only their own folders may compare names."""
    if {"densities", "families"} & set(path.relative_to(ROOT).parts):
        return
    compared = [node for node in ast.walk(tree(path)) if isinstance(node, ast.Compare)]
    sides = [side for node in compared for side in (node.left, *node.comparators)]
    members = [one for side in sides for one in getattr(side, "elts", [side])]
    assert not {one.value for one in members if isinstance(one, ast.Constant)} & NAMED


@each_source
def test_nothing_runs_what_it_reads(path: Path) -> None:
    forbidden = {"eval", "exec", "compile", "__import__", "torch.load", "joblib.load", "os.system"}
    assert not forbidden & calls(path)
    assert not {
        m
        for m in imports(path)
        if m.split(".")[0] in ("pickle", "dill", "shelve", "marshal", "joblib")
    }
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.keyword) and node.arg in ("allow_pickle", "shell"):
            assert isinstance(node.value, ast.Constant)
            assert node.value.value is False


@each_source
def test_a_module_says_what_it_is_and_annotates(path: Path) -> None:
    assert (ast.get_docstring(tree(path)) or "").strip()
    if path in PACKAGE and path.name not in ("__init__.py", "__main__.py"):
        assert "__future__.annotations" in imports(path)


@each_source
def test_only_the_user_interface_knows_streamlit(path: Path) -> None:
    allowed = (
        path in PAGES or path.name == "explorer_app.py" or "ui" in path.relative_to(ROOT).parts
    )
    assert allowed or not {m for m in imports(path) if m.split(".")[0] == "streamlit"}


@each_page
def test_a_page_is_a_few_lines_that_run_its_chapter(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 12
    nodes = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
    assert not [n for n in ast.walk(tree(path)) if isinstance(n, nodes)]
    assert imports(path) == {"vaeviz.ui.opening"}  # nothing of ours before its lock
    opened = set() if path.name == "explorer_app.py" else {path.stem}
    names = [node.value for node in ast.walk(tree(path)) if isinstance(node, ast.Constant)]
    assert opened <= set(names)


def test_every_page_has_its_chapter_and_every_chapter_its_page() -> None:
    folders = {path.parent.name for path in (ROOT / "vaeviz" / "chapters").glob("*/chapter.py")}
    assert {page.stem for page in PAGES} == set(NAMES) == folders
    for name in NAMES:
        about = chapter(name)
        assert about.name == name
        assert all(LISTED[name][:2])
        tools = [tool.name for tool in about.tools]
        assert len(tools) == len(set(tools)) > 0
        assert all(issubclass(tool.view, about.view) for tool in about.tools)


def test_every_control_of_a_tool_is_a_setting_that_has_words() -> None:
    for name in NAMES:
        for tool in chapter(name).tools:
            settings = declared(tool.view)
            for setting in tool.controls:
                assert settings[setting].label, (tool.name, setting)
            assert set(tool.free) <= set(settings)


def test_every_data_set_module_is_in_the_catalogue() -> None:
    helpers = {
        "__init__",
        "catalogue",
        "dataset",
        "noise",
        "openml",
        "openml_child",
        "packaged",
        "stamps",
    }
    for path in sorted((ROOT / "vaeviz" / "data").glob("*.py")):
        if path.stem in helpers:
            continue
        module = getattr(catalogue, path.stem)
        entries = [v for v in vars(module).values() if isinstance(v, Entry)]
        assert entries, path.stem
        assert {e.about.name for e in entries} <= set(data.names())


def test_the_first_paint_waits_for_no_torch() -> None:
    heavy = ("torch", "safetensors", "sklearn", "scipy", "pandas", "matplotlib")
    pages = f"from vaeviz.chapters.catalogue import chapter\n[chapter(n) for n in {NAMES}]"
    loaded = f"print([m for m in {heavy} if m in sys.modules])"
    assert "torch" not in run(f"import sys, vaeviz.ui.page, vaeviz.ui.shell\n{pages}\n{loaded}")


@pytest.mark.parametrize(
    "module",
    [
        "figures",
        "records",
        "config",
        "theory",
        "data",
        "live",
        "densities",
        "families",
        "chapters",
        "serve",
    ],
)
def test_a_layer_imports_no_torch(module: str) -> None:
    code = f"""
import importlib, pkgutil, sys, vaeviz.{module} as layer
for found in pkgutil.walk_packages(getattr(layer, "__path__", []), layer.__name__ + "."):
    importlib.import_module(found.name)
print("torch" in sys.modules)
"""
    assert run(code).split() == ["False"]


def test_the_closed_form_is_drawn_without_torch() -> None:
    """A data set without a trained model."""
    seen = run("""
import sys
from vaeviz.chapters import engine
from vaeviz.chapters.chapter import Visitor
from vaeviz.chapters.explorer.chapter import CHAPTER
from vaeviz.live.message import unpack
from vaeviz.serve import models, probes
models.entry = lambda data, likelihood: None
probes.probe("moons", patience=60)
memory, heard = engine.Memory(), engine.said({}, "light")
sent = engine.answer(CHAPTER, heard, {"data": "moons"}, Visitor(), memory)
print(unpack(sent)["settings"]["data"], len(sent) > 10_000, "torch" in sys.modules)
""")
    assert seen.split() == ["moons", "True", "False"]


def test_nothing_is_printed_by_the_package() -> None:
    assert not [str(p) for p in PACKAGE if "print" in calls(p)]


def test_every_benchmark_finds_the_package_from_any_folder() -> None:
    """Those that are run; what only others import has no `main` of its own."""
    for path in sorted((ROOT / "benchmarks").glob("*.py")):
        text = path.read_text(encoding="utf-8")
        if "__main__" in text and "from vaeviz" in text:
            assert "sys.path.insert(0, str(Path(__file__).parents[1]))" in text, path.name
