"""The browser's modules: imports go downwards only, no cycles, every module is reached."""

from __future__ import annotations

import re
from graphlib import CycleError, TopologicalSorter
from pathlib import Path, PurePosixPath

import pytest

from vaeviz.chapters.catalogue import NAMES, chapter
from vaeviz.live import assets

LIVE = Path(assets.__file__).parent
# a folder may import lower ones
LAYERS = {"engine": 2, "panels": 1, "draw": 0, "nets": 0, "twins": 0}
STATIC = r"""^(?:import|export)\b[^;"']*?\bfrom\s*["']([^"']+)["']"""
IMPORT = re.compile(rf"""{STATIC}|\bimport\(\s*["']([^"']+)["']""", re.M)

Imports = dict[str, set[str]]


def imports(pattern: re.Pattern[str] = IMPORT) -> Imports:
    """Each module's imports, as paths below vaeviz/live."""
    result: Imports = {}
    for path in assets.modules():
        text = re.sub(r"^\s*//.*", "", (LIVE / path).read_text(encoding="utf-8"), flags=re.M)
        names = ["".join(parts) for parts in pattern.findall(text)]
        result[path.as_posix()] = {resolved(path.as_posix(), name) for name in names}
    return result


def resolved(module: str, name: str) -> str:
    assert name.startswith("."), f"{module} imports {name}, which is not ours"
    parts: list[str] = []
    for part in (PurePosixPath(module).parent / name).parts:
        if part == "..":
            parts.pop()
        else:
            parts.append(part)
    return "/".join(parts)


def layer(module: str) -> str:
    return module.split("/")[0]


def cycle(graph: Imports) -> list[str]:
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def upward(graph: Imports) -> list[str]:
    """Imports of a higher layer, or of another one of the same height."""
    return [
        f"{module} imports {name}"
        for module, names in graph.items()
        for name in names
        if layer(module) != layer(name) and LAYERS[layer(module)] <= LAYERS[layer(name)]
    ]


def reached(graph: Imports, *first: str) -> set[str]:
    """The modules that a browser loads with these."""
    found, queue = set[str](), list(first)
    while queue:
        module = queue.pop()
        if module not in found:
            found.add(module)
            queue += graph.get(module, set())
    return found


def unreached(graph: Imports) -> set[str]:
    pages = [f"engine/{chapter(name).page}.js" for name in NAMES]
    return set(graph) - reached(graph, assets.ENTRY, *pages)


def test_a_plain_page_loads_no_module_of_another() -> None:
    at_once = imports(re.compile(STATIC, re.M))
    loaded = reached(at_once, assets.ENTRY, "engine/page.js")
    assert len(loaded) <= 40
    assert not [name for name in loaded if "latent" in name or "training" in name]
    rooms = {"room", "lectern", "follower", "histogram"}  # of a page without a room: the door
    assert not [name for name in loaded if PurePosixPath(name).stem in rooms]
    assert "engine/door.js" in loaded


def test_imports_go_downwards_without_cycles_to_modules_that_are_there() -> None:
    graph = imports()
    assert {name for names in graph.values() for name in names} <= set(graph)
    assert cycle(graph) == []
    assert upward(graph) == []
    assert unreached(graph) == set()


@pytest.mark.parametrize(
    ("module", "name", "check"),
    [
        ("draw/plane.js", "draw/lines.js", cycle),
        ("draw/plane.js", "panels/steer.js", upward),
        ("nets/codes.js", "draw/plane.js", upward),
        ("panels/steer.js", "engine/page.js", upward),
        ("draw/new.js", "draw/plane.js", unreached),
    ],
)
def test_a_fault_is_noticed(module: str, name: str, check: object) -> None:
    graph = imports()
    graph[module] = {*graph.get(module, set()), name}
    assert check(graph)  # type: ignore[operator]


def test_every_module_belongs_to_a_layer_and_is_short() -> None:
    for path in assets.modules():
        assert layer(path.as_posix()) in LAYERS
        assert len((LIVE / path).read_text(encoding="utf-8").splitlines()) <= 260, path


def test_comments_and_code_keep_to_a_hundred_columns() -> None:
    wide = [
        f"{path}: {line.strip()}"
        for path in assets.modules()
        for line in (LIVE / path).read_text(encoding="utf-8").splitlines()
        if len(line) > 100 and "`" not in line and '"' not in line
    ]
    assert wide == []
