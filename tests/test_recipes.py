"""The recipes of CONTRIBUTING.md, followed in a copy of the package: what each costs, and that what
was added works. A test fails when more existing lines must change than the recipe says.
"""

from __future__ import annotations

import difflib
import re
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
        assert before.count(old) == 1, f"{path} has changed: quote its present line, not {old!r}"
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


TOOL = re.findall(
    r"```python\n(.*?)```", (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"), re.DOTALL
)[0]

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
    house.edit(chapter, "explorer import exact,", "explorer import toy, exact,")
    house.edit(chapter, "(explore.TOOL,", "(explore.TOOL, toy.TOOL,")
    printed = house.run(
        ASK
        + """
import numpy as np
from vaeviz import data
first = ask("explorer", tool="toy", data="digits", factor="3")
expected = 3 * float(data.load("digits").held_out[:1000].mean())
assert first["readouts"][0][1] == f"{expected:.4f}", (first["readouts"], expected)
assert [c["name"] for c in first["controls"]] == ["data", "factor"]
assert first["link"] == "?tool=toy&data=digits&factor=3"
assert "toy" in [t["name"] for t in first["tabs"]]
second = ask("explorer", {"seq": 1, "settings": {**first["settings"], "factor": "99"}})
assert second["settings"]["factor"] == 10.0 and "factor" in second["notes"][0]
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
CHAPTER = Chapter("toy", ToyView, (TOOL,))
'''


def test_a_chapter_is_a_folder_and_a_line_and_opens_as_a_page(house: House) -> None:
    house.file("vaeviz/chapters/toy/__init__.py", '"""A toy chapter."""\n')
    house.file("vaeviz/chapters/toy/chapter.py", CHAPTER)
    house.edit(
        "vaeviz/chapters/catalogue.py",
        "}\n",
        '    "toy": ("Toy", ":material/toys:", ""),\n}\n',
    )
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
    old = "**shown.panels(context.theme)},"
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


LIKELIHOOD = '''
"""A toy likelihood: Laplace of scale b = 0.1 per element."""
from __future__ import annotations
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING
from vaeviz.densities.likelihood import Likelihood, Variance
from vaeviz.records.array import Array
if TYPE_CHECKING:
    from torch import Tensor

SCALE = 0.1


@dataclass(frozen=True)
class Laplace(Likelihood):
    def log_prob(self, x: Tensor, outputs: Tensor, log_sigma2: Tensor | float = 0.0) -> Tensor:
        return (-(x - outputs).abs() / SCALE - math.log(2 * SCALE)).sum(-1)

    def mean(self, outputs: Tensor) -> Tensor:
        return outputs

    def sample(self, outputs: Tensor, sigma2: float | Array, seed: int) -> Array:
        from torch import Generator, rand
        u = rand(outputs.shape, generator=Generator().manual_seed(seed)) - 0.5
        return (outputs - SCALE * u.sign() * (1 - 2 * u.abs()).log()).numpy()


LAPLACE = Laplace("toy-laplace", "Laplace", Variance.NONE, "density", "gaussian")
ENTRIES = (LAPLACE,)
'''

TRAINED = """
import json
from pathlib import Path
from vaeviz.chapters.training.plan import read
from vaeviz.checkpoints.files import write_json
from vaeviz.config import RunSettings
from vaeviz.runs.folder.progress import RUN
from vaeviz.runs.worker import process
from vaeviz.runs.worker.twins import Line

def train_on_the_page(**settings):
    "The Training page offers the settings, and its worker trains them to the end."
    shown = ask("training", data="digits", widths="64", latent="2", steps="100", **settings)
    assert {name: shown["settings"][name] for name in settings} == settings, shown["notes"]
    plan = read(shown["settings"])
    folder = Path("runs/live")
    folder.mkdir(parents=True)
    write_json(folder / RUN, Line(*plan.settings()).to_json())
    assert process.run(folder).state == "done", process.run(folder)
    return json.loads((folder / "model.json").read_text())

def shown(page, **address):
    "The page's answer once its models are loaded."
    state = {}
    for seq in range(200):
        answer = ask(page, state, **address)
        if not answer.get("pending"):
            return answer
        state = {"seq": seq + 1, "settings": answer["settings"]}
    raise AssertionError("never loaded")
"""


def command(house: House, *arguments: str) -> None:
    code = f"from vaeviz.__main__ import main; raise SystemExit(main({list(arguments)!r}))"
    house.run(code)


def test_a_likelihood_is_a_file_and_a_line_and_trains(house: House) -> None:
    house.file("vaeviz/densities/toy.py", LIKELIHOOD)
    registry = "vaeviz/densities/__init__.py"
    house.edit(registry, '    "categorical",\n', '    "categorical",\n    "toy",\n')
    at = ("--steps", "100", "--latent", "2", "--widths", "64", "--out", "runs/kept")
    command(house, "train", "digits", "--likelihood", "toy-laplace", *at, "--name", "toy")
    printed = house.run(
        ASK
        + TRAINED
        + """
assert train_on_the_page(likelihood="toy-laplace")["settings"]["likelihood"] == "toy-laplace"
seen = shown("explorer", model="toy")
assert seen["settings"]["likelihood"] == "toy-laplace", seen["notes"]
assert seen["panels"]["map"]["figure"]["layout"]["meta"]["source"].startswith("dedicated model toy")
import numpy as np, torch
from vaeviz.densities import LIKELIHOODS
toy = LIKELIHOODS["toy-laplace"]
draws = toy.sample(torch.zeros(200_000, 1), 0.0, seed=0)
assert abs(np.abs(draws).mean() - 0.1) < 4 * 0.1 / np.sqrt(len(draws))
print("works")
"""
    )
    assert printed.strip().endswith("works")
    assert house.cost == (1, 1)


FAMILY = '''
"""A toy family: a VAE whose posterior means are pulled to 0 once more."""
from dataclasses import dataclass
from typing import Any, ClassVar
from vaeviz.config import RunSettings
from vaeviz.families.vae import TRAITS, VAEFamily


@dataclass(frozen=True)
class ToySettings(RunSettings):
    pull: float = 0.5


@dataclass(frozen=True)
class ToyFamily(VAEFamily):
    choice: ClassVar[str] = "toy"
    mark: ClassVar[str] = "toy"
    dedicated: ClassVar[str] = "toy model"

    def owns(self, settings: Any) -> bool:
        return True

    def build(self, settings: Any, shape: tuple[int, ...]) -> Any:
        from vaeviz.models import toy
        return toy.build(settings, shape)


TOY = ToyFamily("toy", "toy VAE", "toy", ToySettings, TRAITS)
'''
MODEL = '''
"""The toy family's networks: a VAE's."""
from vaeviz.models import vae
from vaeviz.objectives.toy import Pulled


def build(settings, shape):
    model = vae.build(settings, shape)
    model.objective = Pulled(settings.pull)
    return model
'''
OBJECTIVE = '''
"""The toy family's objective: D + β (KL + pull ½ μ²)."""
from vaeviz.objectives.elbo import Elbo


class Pulled(Elbo):
    by_hand = False

    def __init__(self, pull):
        self.pull = pull

    def kl(self, mu, logvar):
        return super().kl(mu, logvar) + self.pull * 0.5 * mu.square()
'''
TEST = '''
"""The pull adds pull ½ μ² to every dimension's rate."""
import torch
from vaeviz.objectives import ELBO
from vaeviz.objectives.toy import Pulled


def test_the_pull_adds_half_the_squared_mean():
    mu, logvar = torch.randn(5, 3), torch.randn(5, 3)
    extra = Pulled(2.0).kl(mu, logvar) - ELBO.kl(mu, logvar)
    torch.testing.assert_close(extra, mu.square())
'''


def test_a_family_is_four_files_and_a_line_and_every_page_has_it(house: House) -> None:
    house.file("vaeviz/families/toy.py", FAMILY)
    house.file("vaeviz/models/toy.py", MODEL)
    house.file("vaeviz/objectives/toy.py", OBJECTIVE)
    house.file("tests/families/test_toy.py", TEST)
    registry = "vaeviz/families/__init__.py"
    house.edit(
        registry,
        "from vaeviz.families.vae import VAE\n",
        "from vaeviz.families.toy import TOY\nfrom vaeviz.families.vae import VAE\n",
    )
    house.edit(registry, "MASKED, MULTI_RATE)\n", "MASKED, MULTI_RATE, TOY)\n")
    at = ("--steps", "100", "--latent", "2", "--widths", "64", "--out", "runs/kept")
    command(house, "train", "digits", "--family", "toy", "--set", "pull=2", *at, "--name", "mine")
    printed = house.run(
        ASK
        + TRAINED
        + """
about = json.loads(Path("runs/kept/mine.json").read_text())
assert (about["kind"], about["settings"]["pull"]) == ("toy", 2)
trained = train_on_the_page(model="toy")
assert (trained["kind"], trained["settings"]["pull"]) == ("toy", 0.5)
for page in ("explorer", "latent"):
    seen = shown(page, model="mine")
    assert seen["settings"]["model"] == "mine", seen["notes"]
    assert "toy model mine, step 100" in json.dumps(seen, default=str)
import pytest
raise SystemExit(pytest.main(["-q", "tests/families/test_toy.py", "-p", "no:cacheprovider"]))
"""
    )
    assert "1 passed" in printed
    assert house.cost == (4, 1)
