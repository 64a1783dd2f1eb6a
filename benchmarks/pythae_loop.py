"""Is our training loop faster than pythae's? `python benchmarks/pythae_loop.py [--repeats 7]`

The bare loop (`vaeviz.training.loop.train`, a record per epoch) against BaseTrainer of pythae 0.1.2
(Chadebec, Vincent & Allassonnière 2022, arXiv:2206.08309): the same MLP with the same first
weights, the same examples, batch size and Adam, one thread each, in separate processes that take
turns. The objective is the same, too: pythae's is σ² times ours, which does not change Adam's
steps. Timed are whole epochs after one that warms up. pythae is installed in a separate
environment, in the cache folder, with our version of torch.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import venv
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))
from vaeviz import data
from vaeviz.config import RunSettings
from vaeviz.models import vae

HERE = Path(__file__).parent
PYTHAE = "pythae==0.1.2"
SAMPLES = 8  # draws of z per example, for the loss at the end


@dataclass(frozen=True)
class Case:
    """One comparison: the run, the timed epochs, and the required ratio."""

    name: str
    settings: RunSettings
    epochs: int
    bar: float


CASES = (
    Case(
        "784-400-400-16, mnist-5k",
        RunSettings(data="mnist-5k", widths=(400, 400), latent=16),
        15,
        1.3,
    ),
    Case("64-256-256-8, digits", RunSettings(), 60, 2.0),
)
ADAMS: dict[str, dict[str, Any]] = {"fused": {"fused": True}, "default": {}}


@dataclass
class Side:
    """How to run one side of a case, and what each run found."""

    name: str
    python: Path
    script: Path
    job: dict[str, Any]
    runs: list[dict[str, float]] = field(default_factory=list)

    def run(self, x: np.ndarray, weights: dict[str, np.ndarray]) -> None:
        one_thread = {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "TQDM_DISABLE": "1"}
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            np.save(folder / "x.npy", x)
            np.savez(folder / "weights.npz", **weights)
            (folder / "job.json").write_text(json.dumps(self.job))
            done = subprocess.run(
                [self.python, self.script, folder],
                cwd=folder,
                check=True,
                text=True,
                stdout=subprocess.PIPE,
                env={**os.environ, **one_thread},
            )
        self.runs.append(json.loads(done.stdout.splitlines()[-1]))

    def each(self, what: str) -> list[float]:
        return [run[what] for run in self.runs]


def environment(folder: Path) -> Path:
    """The Python of an environment with pythae; the first call makes it, which takes a minute."""
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    done = folder / "pythae-is-here"
    if not done.exists():
        venv.create(folder, clear=True, with_pip=True)
        same = [f"{name}=={version(name).split('+')[0]}" for name in ("torch", "numpy")]
        subprocess.run([python, "-m", "pip", "install", "--quiet", *same, PYTHAE], check=True)
        done.touch()
    return python


def sides(case: Case, pythae: Path) -> list[Side]:
    """Ours, pythae with our own fused Adam, and pythae with the Adam that it takes by itself."""
    s, about = case.settings, data.describe(case.settings.data)
    size = int(np.prod(about.shape))
    job = {
        "settings": s.to_json(),
        "shape": about.shape,
        "epochs": case.epochs,
        "batch": s.batch,
        "samples": SAMPLES,
        "learning_rate": s.learning_rate,
        "tau": s.beta * s.sigma2,
        "encoder": [size, *s.widths, 2 * s.latent],
        "decoder": [s.latent, *reversed(s.widths), size],
    }
    theirs = [
        Side(f"pythae, Adam {name}", pythae, HERE / "pythae_side.py", {**job, "adam": adam})
        for name, adam in ADAMS.items()
    ]
    return [Side("vaeviz", Path(sys.executable), HERE / "our_side.py", job), *theirs]


def compare(case: Case, pythae: Path, repeats: int) -> dict[str, Any]:
    """Every side in turn, `repeats` times; the ratio is that of neighbours in time."""
    x = data.load(case.settings.data).train
    model = vae.build(case.settings, data.describe(case.settings.data).shape)
    weights = {k: v.numpy() for k, v in model.state_dict().items() if k != "log_sigma2"}
    all_sides = sides(case, pythae)
    for _ in range(repeats):
        for side in all_sides:
            side.run(x, weights)
    examples, ours = len(x) * case.epochs, all_sides[0]
    rows = {side.name: _row(side, ours, examples) for side in all_sides}
    return {
        "case": case.name,
        "bar": case.bar,
        "examples": len(x),
        "batch": case.settings.batch,
        "epochs": case.epochs,
        "repeats": repeats,
        **rows,
    }


def _row(side: Side, ours: Side, examples: int) -> dict[str, Any]:
    """Medians, and the range of the ratio; `CPU`: the ratio in CPU seconds, which neighbours
    disturb less.
    """
    ratios = [b / a for a, b in zip(ours.each("wall"), side.each("wall"), strict=True)]
    busy = [b / a for a, b in zip(ours.each("cpu"), side.each("cpu"), strict=True)]
    return {
        "examples/s": round(examples / statistics.median(side.each("wall"))),
        "times as long as ours": [round(f(ratios), 2) for f in (statistics.median, min, max)],
        "CPU": round(statistics.median(busy), 2),
        "loss": round(statistics.median(side.each("loss")), 4),
        "parameters": int(side.runs[0]["parameters"]),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument(
        "--cache",
        type=Path,
        default=Path(tempfile.gettempdir()) / "vaeviz-pythae",
        help="where pythae's environment lies, or is made",
    )
    given = parser.parse_args()
    pythae = environment(given.cache)
    for case in CASES:
        print(json.dumps(compare(case, pythae, given.repeats), ensure_ascii=False))


if __name__ == "__main__":
    main()
