"""Every twin: the browser's formulas give the figures that Python draws, within 1e-9."""

from __future__ import annotations

import inspect
import random
import re
import sys
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np
import pytest

from tests.live.node import LIVE, run
from vaeviz.chapters.catalogue import NAMES, chapter
from vaeviz.chapters.chapter import Context, Tool
from vaeviz.chapters.settings import Log, OneOf, Real, Whole, declared, parse
from vaeviz.figures.theme import LIGHT
from vaeviz.figures.twin import Twin

CONTEXT = Context(LIGHT)
NUMBER = re.compile(r"−?\d+\.\d+")


def trains(tool: Tool) -> bool:
    """Whether a tool waits for jobs and has no twin: it would train a model at each setting."""
    source = inspect.getsource(sys.modules[tool.show.__module__])
    return "jobs.get" in source and "Twin.of" not in source


TOOLS = [
    (name, tool)
    for name in NAMES
    if "Twin.of" in "".join(p.read_text() for p in (LIVE.parent / "chapters" / name).glob("*.py"))
    for tool in chapter(name).tools
    if not hasattr(tool.view, "data")  # a model's figures come from the server
    if not trains(tool)
]
each_tool = pytest.mark.parametrize(("name", "tool"), TOOLS, ids=lambda v: getattr(v, "name", v))


def views(tool: Tool, count: int = 6) -> list[Any]:
    """The defaults, and settings drawn over their whole ranges."""
    draw = random.Random(tool.name)
    made = [tool.view()]
    for _ in range(count):
        values: dict[str, Any] = {}
        for name, about in declared(tool.view).items():
            kind = about.kind
            if isinstance(kind, Log):
                values[name] = 10 ** draw.uniform(np.log10(kind.low), np.log10(kind.high))
            elif isinstance(kind, Real):
                values[name] = draw.uniform(kind.low, kind.high)
            elif isinstance(kind, Whole):
                values[name] = draw.randint(kind.low, min(kind.high, 64))
            elif isinstance(kind, OneOf):
                values[name] = draw.choice(kind.names)
        made.append(parse(values, tool.view())[0])
    return made


@lru_cache
def twins(tool: Tool) -> list[tuple[Any, str, Twin]]:
    """Each twin of a tool that needs no model, at several settings."""
    return [
        (view, panel, figure)
        for view in views(tool)
        for panel, figure in tool.show(view, replace(CONTEXT)).panels.items()
        if isinstance(figure, Twin)
    ]


@each_tool
def test_the_browser_draws_what_python_draws(name: str, tool: Tool) -> None:
    asked = twins(tool)
    if not asked:
        pytest.skip("a tool without a twin")
    modules = sorted({twin.name for _, _, twin in asked})
    code = "\n".join(
        [
            *(f'import * as m{k} from "./twins/{module}.js";' for k, module in enumerate(modules)),
            f"const maths = [{', '.join(f'm{k}' for k in range(len(modules)))}];",
            "result = given.asked.map(([k, settings, own]) => maths[k].traces(settings, own));",
        ]
    )
    sent = [
        [modules.index(twin.name), {n: getattr(view, n) for n in declared(view)}, twin.given]
        for view, _, twin in asked
    ]
    for (view, panel, twin), parts in zip(asked, run(code, asked=sent), strict=True):
        assert len(parts) == len(twin.data)
        assert any(parts), f"{panel}: nothing moves"
        for trace, part in zip(twin.data, parts, strict=True):
            for key, values in (part or {}).items():
                same(trace[key], values, f"{panel} at {view}: {key}")


def same(ours: Any, theirs: list[Any], where: str) -> None:
    """Numbers within 1e-9, texts alike but for the last digit of a tie, gaps at the same places."""
    ours = list(ours)
    assert len(ours) == len(theirs), where
    for one, other in zip(ours, theirs, strict=True):
        if isinstance(one, str):
            assert NUMBER.sub("#", one) == NUMBER.sub("#", other), where
            numbers = [
                [float(found.replace("−", "-")) for found in NUMBER.findall(text)]
                for text in (one, other)
            ]
            np.testing.assert_allclose(*numbers, atol=1.01e-3, err_msg=where)
        elif one is None or other is None:
            assert one is other, where
        else:
            assert other == pytest.approx(float(one), rel=1e-9, abs=1e-9), where
