"""The recipes of CONTRIBUTING.md, followed in a copy of the package: what each costs, and that what
was added works. A test fails when more existing lines must change than the recipe says.
"""

from __future__ import annotations

import difflib
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
COPIED = ("vaeviz", "pages", "explorer_app.py")


@dataclass
class House:
    """A copy of the package, the files added to it, and lines changed in files that were there."""

    root: Path
    added: list[str] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)

    def file(self, path: str, text: str) -> None:
        """A new file."""
        target = self.root / path
        assert not target.exists()
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        self.added.append(path)

    def edit(self, path: str, old: str, new: str) -> None:
        """A change in a file that was there; import lines count apart."""
        target = self.root / path
        before = target.read_text(encoding="utf-8")
        assert before.count(old) == 1, (path, old)
        after = before.replace(old, new)
        target.write_text(after, encoding="utf-8")
        changed = [
            line[2:]
            for line in difflib.ndiff(before.splitlines(), after.splitlines())
            if line.startswith("+ ") and line.strip() != "+"
        ]
        code = [line for line in changed if not line.startswith(("from ", "import "))]
        self.lines[path] = self.lines.get(path, 0) + len(code)

    @property
    def cost(self) -> tuple[int, int]:
        """Files added, and lines changed in files that were there."""
        return len(self.added), sum(self.lines.values())

    def run(self, code: str) -> str:
        """What a program prints in this house."""
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=self.root,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout


@pytest.fixture
def house(tmp_path: Path) -> House:
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, tmp_path / name)
    (tmp_path / "checkpoints").symlink_to(ROOT / "checkpoints")
    return House(tmp_path)


TOOL = '''
"""A toy tool: the mean of the examples, times a number."""
from dataclasses import dataclass
import numpy as np
from vaeviz.chapters.chapter import Context, Frame, Scene, Tool
from vaeviz.chapters.explorer.explore import ExplorerView
from vaeviz.chapters.model.answer import RULES
from vaeviz.chapters.settings import Log, setting
from vaeviz.figures.theme import Spec
from vaeviz.records import Table


@dataclass(frozen=True)
class ToyView(ExplorerView):
    factor: float = setting(2.0, Log(0.1, 10.0), "factor", "factor", "Multiplies the mean")


def show(view: ToyView, context: Context) -> Frame:
    value = view.factor * float(context.probe.x.mean())
    table = Table(("", "value"), (("mean", f"{value:.4f}"),), "The mean", "the data", "The mean.")
    return Frame({"toy": table}, [("mean", f"{value:.4f}", "The mean of all pixels", "")])


def scenes(view: ToyView, context: Context) -> list[Scene]:
    return [Scene("Tenfold", "Ten times the mean.", {"factor": 10.0})]


TOOL = Tool("toy", "Toy", "See the mean.", ToyView, show, controls=("data", "factor"), rules=RULES,
            scenes=scenes)
'''

ASK = """
from vaeviz.chapters import engine
from vaeviz.chapters.catalogue import chapter
from vaeviz.chapters.chapter import Visitor
from vaeviz.live.message import unpack

memory = engine.Memory()

def ask(name, state=None, **address):
    heard = engine.said(state or {}, "light")
    return unpack(engine.answer(chapter(name), heard, address, Visitor(), memory))
"""


def test_a_tool_is_a_file_and_a_line(house: House) -> None:
    house.file("vaeviz/chapters/explorer/toy.py", TOOL)
    chapter = "vaeviz/chapters/explorer/chapter.py"
    house.edit(chapter, "import exact, explore", "import exact, explore, toy")
    house.edit(chapter, "(explore.TOOL, exact.TOOL)", "(explore.TOOL, exact.TOOL, toy.TOOL)")
    printed = house.run(
        ASK
        + """
import numpy as np
from vaeviz import data
first = ask("explorer", tool="toy", factor="3")
expected = 3 * float(data.load("digits").held_out[:1000].mean())
assert first["readouts"][0][1] == f"{expected:.4f}", (first["readouts"], expected)
assert [c["name"] for c in first["controls"]] == ["data", "factor"]
assert first["link"] == "?tool=toy&factor=3"
assert "toy" in [t["name"] for t in first["tabs"]]
second = ask("explorer", {"seq": 1, "settings": {**first["settings"], "factor": "99"}})
assert second["settings"]["factor"] == 10.0 and len(second["notes"]) == 1
print("works")
"""
    )
    assert printed.strip().endswith("works")
    assert house.cost == (1, 1)


CHAPTER = '''
"""A toy chapter: no model, one number."""
from dataclasses import dataclass
from vaeviz.chapters.chapter import Chapter, Context, Frame, Tool
from vaeviz.chapters.settings import Real, setting
from vaeviz.records import Table


@dataclass(frozen=True)
class ToyView:
    x: float = setting(1.0, Real(0.0, 5.0), "x", "x", "A number")


def show(view: ToyView, context: Context) -> Frame:
    square = f"{view.x**2:g}"
    table = Table(("", "x²"), (("square", square),), "The square", "closed form", "x².")
    return Frame({"toy": table})


TOOL = Tool("square", "Square", "See the square.", ToyView, show, controls=("x",))
CHAPTER = Chapter("toy", "Toy", ":material/toys:", ToyView, (TOOL,))
'''


def test_a_chapter_is_a_folder_and_a_line_and_opens_as_a_page(house: House) -> None:
    house.file("vaeviz/chapters/toy/__init__.py", '"""A toy chapter."""\n')
    house.file("vaeviz/chapters/toy/chapter.py", CHAPTER)
    house.edit("vaeviz/chapters/catalogue.py", '"collapse")', '"collapse", "toy")')
    printed = house.run(
        ASK
        + """
from streamlit.testing.v1 import AppTest
shown = ask("toy", x="3")
assert shown["panels"]["toy"]["table"]["rows"] == [["square", "9"]]
assert shown["link"] == "?x=3"
app = AppTest.from_file("explorer_app.py", default_timeout=60).run()
assert not app.exception
from vaeviz.ui import shell
import streamlit
titles = []
streamlit.Page, made = (lambda source, title, **more: titles.append(title)), None
shell.pages()
assert titles[-1] == "Toy", titles
print("works")
"""
    )
    assert printed.strip().endswith("works")
    assert house.cost == (2, 1)


DATA = '''
"""A toy data set: a line of points."""
import numpy as np
from vaeviz.data.dataset import Entry, Source


def draw():
    x = np.linspace(-1, 1, 400, dtype=np.float32)
    return np.stack([x, 0.5 * x], axis=1), (x > 0).astype(np.int64)


ENTRY = Entry(
    Source(name="toy", title="A line", shape=(2,), value_range=(-1.0, 1.0), size=400,
           class_names=("left", "right"), source="drawn", licence="MIT", max_latent=2),
    draw,
)
'''


def test_a_data_set_is_a_file_and_a_line_and_every_page_has_it(house: House) -> None:
    house.file("vaeviz/data/toy.py", DATA)
    house.edit(
        "vaeviz/data/catalogue.py", "    three_gaussians,\n)", "    three_gaussians,\n    toy,\n)"
    )
    house.edit(
        "vaeviz/data/catalogue.py", "    moons.ENTRY,\n", "    moons.ENTRY,\n    toy.ENTRY,\n"
    )
    house.lines["vaeviz/data/catalogue.py"] -= 1  # the name in the import
    printed = house.run(
        ASK
        + """
shown = ask("explorer", data="toy")
assert shown["settings"]["data"] == "toy", shown["notes"]
assert shown["panels"]["map"]["figure"]["layout"]["meta"]["source"].startswith("closed form")
assert ("toy", "A line") in [tuple(o[:2]) for o in shown["controls"][0]["options"]]
print("works")
"""
    )
    assert printed.strip().endswith("works")
    assert house.cost == (1, 1)


FIGURE = '''
"""A toy figure: a parabola."""
from vaeviz.figures.theme import Spec, Theme, axis, figure
from vaeviz.records import Array


def parabola(x: Array, theme: Theme) -> Spec:
    line = {"color": theme.rate}
    trace = {"type": "scatter", "mode": "lines", "name": "x²", "x": x, "y": x**2, "line": line}
    meta = {"title": "A parabola", "source": "closed form", "alt": "A parabola from 0 to 1."}
    return figure(theme, [trace], axis(theme, "x", 0, 1), axis(theme, "x²", 0, 1), meta)
'''


def test_a_figure_is_a_file_and_a_line_in_its_tool(house: House) -> None:
    house.file("vaeviz/figures/parabola.py", FIGURE)
    tool = "vaeviz/chapters/explorer/exact.py"
    house.edit(
        tool,
        "from vaeviz.measures.observe",
        "from vaeviz.figures.parabola import parabola\nfrom vaeviz.measures.observe",
    )
    old = '{"compared": _compared(view, context, run, progress, pair), **panels},'
    new = f'{old[:-2]}, "toy": parabola(context.probe.x[0], context.theme)}},'
    house.edit(tool, old, new)
    printed = house.run(
        ASK
        + """
import numpy as np
trace = ask("explorer", tool="exact")["panels"]["toy"]["figure"]["data"][0]
np.testing.assert_allclose(trace["y"], np.square(trace["x"]), rtol=1e-6)
print("works")
"""
    )
    assert printed.strip().endswith("works")
    assert house.cost == (1, 1)
