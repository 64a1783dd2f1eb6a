"""The tool Train this exact model: the settings of its run, its folder, the comparison."""

from __future__ import annotations

import dataclasses
import errno
import math
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from tests.chapters.idle import Idle
from tests.chapters.session import Session, at, option
from vaeviz import checkpoints
from vaeviz.chapters.chapter import Context, Visitor
from vaeviz.chapters.explorer import exact, exact_pair
from vaeviz.chapters.explorer.chapter import CHAPTER
from vaeviz.chapters.explorer.exact import Run, run_settings
from vaeviz.chapters.explorer.exact_pair import Pair, paired
from vaeviz.chapters.explorer.explore import ExplorerView
from vaeviz.chapters.model.settings import LIKELIHOODS
from vaeviz.checkpoints import Manifest
from vaeviz.checkpoints.files import read_json, write_json
from vaeviz.config import UserError
from vaeviz.figures.theme import LIGHT
from vaeviz.models import vae
from vaeviz.records import Readings
from vaeviz.runs.queue import launch as runs
from vaeviz.runs.queue.launch import Progress
from vaeviz.runs.queue.registry import Registry
from vaeviz.serve.probes import Probe

Probes = Callable[[str], Probe]


@pytest.mark.parametrize("likelihood", LIKELIHOODS)
def test_every_likelihood_is_a_run(likelihood: str) -> None:
    view = ExplorerView(data="digits", likelihood=likelihood, beta=2.0, sigma2=0.3, d=5, seed=7)
    made = run_settings(view)
    assert (made.data, made.beta, made.sigma2, made.latent, made.seed) == ("digits", 2.0, 0.3, 5, 7)
    learned = likelihood == "gaussian-optimal"
    assert made.likelihood == ("gaussian-learned" if learned else likelihood)


def test_the_dedicated_model_is_as_wide_as_the_multi_rate_one() -> None:
    assert run_settings(ExplorerView(data="digits")).widths == (128, 128)
    assert run_settings(ExplorerView(data="digits", likelihood="categorical")).widths == (64, 64)
    assert run_settings(ExplorerView(data="mnist")).widths == (256, 256)  # none is shipped


def finished(folder: Path, name: str, age: int, state: runs.State = "done") -> None:
    run = folder / name
    write_json(run / runs.PROGRESS, runs.to_json(Progress(state=state)))
    os.utime(run / runs.PROGRESS, (1e9 - age, 1e9 - age))


@pytest.fixture
def workers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Idle]]:
    """The workers by run, of a registry of one at a time in a folder of its own."""
    started: dict[str, Idle] = {}
    mine = Registry(1, launch=lambda folder, until_flat: started.setdefault(folder.name, Idle()))
    monkeypatch.setattr(Registry, "_look_after", lambda self: None)
    monkeypatch.setattr(exact, "REGISTRY", mine)
    monkeypatch.setattr(exact, "FOLDER", tmp_path / "exact")
    monkeypatch.setattr(exact_pair, "KEPT", tmp_path / "kept")
    (tmp_path / "exact").mkdir()
    yield started
    for folder in exact.FOLDER.iterdir():
        mine.cancel(folder)
    for worker in started.values():
        worker.kill()


def start(**changes: Any) -> Run:
    return exact._start(
        ExplorerView(**{"data": "digits", **changes}), Context(LIGHT, Visitor("me"))
    )


def test_old_runs_are_pruned_the_newest_stay(
    workers: dict[str, Idle], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = exact.FOLDER
    for k in range(3):
        finished(folder, f"run{k}", age=k)
    monkeypatch.setattr(exact, "KEPT", sum(f.stat().st_size for f in folder.rglob("*.json")) - 1)
    start()
    assert [(folder / f"run{k}").exists() for k in range(3)] == [True, True, False]


def test_a_second_training_waits_in_the_queue_and_can_be_cancelled(
    workers: dict[str, Idle],
) -> None:
    one, two, three = (start(beta=b) for b in (1.0, 2.0, 3.0))
    registry = exact.REGISTRY
    assert list(workers) == [one.folder.name]
    waiting = registry.status(two.folder)
    assert (waiting.state, waiting.steps) == ("queued", exact.MOST_STEPS)
    for run, place in ((two, "1"), (three, "2")):
        ((_, value, *_),) = exact._readouts(run, registry.status(run.folder))
        assert f"place {place}" in value
    view = ExplorerView(data="digits", beta=3.0)
    assert exact._under_way(view) == dataclasses.replace(three, own=False)
    registry.cancel(two.folder)
    assert exact._status(two).state == "cancelled"
    assert registry.place(three.folder) == 1
    assert exact._under_way(ExplorerView(data="digits", beta=2.0)) is None


def test_what_is_refused_leaves_nothing_behind(workers: dict[str, Idle]) -> None:
    for _ in range(3):
        start()
    with pytest.raises(UserError, match="3 of your runs are unfinished"):
        start()
    assert len(list(exact.FOLDER.iterdir())) == 3


def test_a_full_disk_is_one_line(workers: dict[str, Idle], monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(exact, "write_json", full)
    with pytest.raises(UserError, match=r"cannot start a run .*\(No space left on device\): free"):
        start()


# the page
# ------------------------------------------------------------------------------------------------


@pytest.fixture
def tab(explorer: Session, workers: dict[str, Idle]) -> Session:
    """A browser tab at the tool."""
    explorer.opens(tool="exact", data="digits")
    return explorer


def buttons(session: Session) -> dict[str, bool]:
    """Whether each button can be pressed."""
    names = ("train", "cancel")
    return {name: "disabled" not in option(session.header, name) for name in names}


def told(session: Session) -> dict[str, str]:
    return {row[0]: row[1] for row in session.header["readouts"]}


def works(run: Path, **progress: Any) -> None:
    """What the run's worker says of itself."""
    write_json(run / runs.PROGRESS, runs.to_json(Progress(**progress)))


def test_a_training_from_the_button_to_its_end(tab: Session, workers: dict[str, Idle]) -> None:
    assert buttons(tab) == {"train": True, "cancel": False}
    tab.says((1, "train", None), beta=2.0)
    (name,) = workers
    folder = exact.FOLDER / name
    assert read_json(folder / "settings.json")["beta"] == 2.0
    assert buttons(tab) == {"train": False, "cancel": True}
    assert (tab.header["again"], tab.header["done"]) == (exact.AGAIN, 1)
    assert told(tab) == {"step": "starting"}
    works(folder, state="running", step=1200, steps=20000, rate_of_steps=431.2, objective=-17.314)
    tab.says((1, "train", None))
    assert told(tab) == {
        "step": "1,200 of 20,000",
        "steps per second": "431",
        "J (nats)": "−17.31",
    }
    assert len(workers) == 1
    assert {row[-1] for row in tab.header["panels"]["compared"]["table"]["rows"]} == {"in training"}
    works(folder, state="failed", error="out of memory")
    workers[name].code = 1
    tab.says()
    assert "out of memory" in tab.header["notes"]
    assert (tab.header["again"], told(tab)) == (None, {})
    assert buttons(tab) == {"train": True, "cancel": False}


def test_a_training_is_cancelled(tab: Session, workers: dict[str, Idle]) -> None:
    tab.says((1, "train", None))
    tab.says((1, "train", None), (2, "cancel", None))
    (name,) = workers
    workers[name].code = 1
    works(exact.FOLDER / name, state="cancelled")
    tab.says()
    assert any("cancelled" in note for note in tab.header["notes"])
    assert {row[-1] for row in tab.header["panels"]["compared"]["table"]["rows"]} == {"–"}
    assert buttons(tab) == {"train": True, "cancel": False}
    assert len(workers) == 1


def test_a_refused_training_says_why_and_a_move_takes_the_line_away(
    tab: Session, workers: dict[str, Idle]
) -> None:
    for beta in (1.0, 2.0, 3.0):
        start(beta=beta)
    tab.says((1, "train", None), beta=4.0)
    assert any("3 of your runs are unfinished" in note for note in tab.header["notes"])
    tab.says((1, "train", None), beta=5.0)
    assert not any("unfinished" in note for note in tab.header["notes"])


def test_another_session_sees_a_run_waits_for_it_and_cannot_cancel_it(
    tab: Session, workers: dict[str, Idle]
) -> None:
    tab.says((1, "train", None), beta=2.0)
    (name,) = workers
    other = Session(CHAPTER, Visitor("another", local=False))
    other.opens(tool="exact", data="digits", beta="2")
    assert told(other) == {"step": "starting"}
    assert buttons(other) == {"train": False, "cancel": False}
    other.says((1, "cancel", None))
    assert not (exact.FOLDER / name / runs.CANCEL).exists()
    assert any("Another session" in note for note in other.header["notes"])
    assert buttons(tab) == {"train": False, "cancel": True}
    works(exact.FOLDER / name, state="failed", error="out of memory")
    workers[name].code = 1
    other.says()
    assert "out of memory" in other.header["notes"]  # it has waited for the end
    assert buttons(other) == {"train": True, "cancel": False}


def test_another_session_can_train_at_other_settings(
    tab: Session, workers: dict[str, Idle]
) -> None:
    tab.says((1, "train", None), beta=2.0)
    other = Session(CHAPTER, Visitor("another", local=False))
    other.opens(tool="exact", data="digits", beta="2")
    other.says((1, "train", None), beta=3.0)
    assert len(list(exact.FOLDER.iterdir())) == 2
    assert buttons(other) == {"train": False, "cancel": True}


# the comparison, each number against one that this file computes by itself
# ------------------------------------------------------------------------------------------------


def test_the_table_shows_both_and_the_difference(probe: Probes) -> None:
    a = Readings(8.5, -26.9, 0.3, 18.4, -18.4, 0.016, 8, 0, 8)
    b = Readings(8.4, -26.6, 0.3, 18.2, -18.2, 0.016, 6, 2, 8)
    pair = Pair("multi-rate model digits", a, b, 0.1, None)
    run = Run(Path("run"), ExplorerView(data="digits"))
    context = at(probe("digits"), exact.TOOL)
    table = exact._compared(ExplorerView(data="digits"), context, run, Progress(step=7400), pair)
    assert table.columns[1:3] == ("multi-rate model digits", "dedicated model, 7,400 steps")
    assert table.rows == (
        ("rate R (nats)", "8.50", "8.40", "+0.10"),
        ("distortion D (nats)", "−26.90", "−26.60", "−0.30"),
        ("ELBO (nats)", "18.40", "18.20", "+0.20"),
        ("J = D + βR (nats)", "−18.40", "−18.20", "−0.20"),
        ("active units", "8", "6", "+2"),
    )
    assert table.title == "J is −0.20 ± 0.10 nats from the dedicated model's"


def test_the_paired_error_is_the_standard_error_of_the_mean_difference() -> None:
    """Against the formula, and against the spread of the mean over many drawn sets."""
    rng = np.random.default_rng(0)
    n = 400
    shared = rng.normal(0, 5, (2000, n))  # what both models find hard cancels
    one = shared + rng.normal(1.0, 0.5, shared.shape)
    other = shared + rng.normal(0.0, 0.5, shared.shape)
    means, errors = np.array([paired(a, b) for a, b in zip(one, other, strict=True)]).T
    difference = one[0] - other[0]
    squares = ((difference - difference.sum() / n) ** 2).sum()
    assert means[0] == pytest.approx(difference.sum() / n)
    assert errors[0] == pytest.approx(math.sqrt(squares / (n - 1) / n))
    assert means.std() == pytest.approx(errors.mean(), rel=0.05)
    assert errors.mean() == pytest.approx(math.sqrt(0.5 / n), rel=0.02)


def test_before_a_training_the_table_has_the_numbers_of_the_model_shown(
    tab: Session, probe: Probes
) -> None:
    header = tab.says(beta=2.0, sigma2=0.1, d=4)
    table, p = header["panels"]["compared"]["table"], probe("digits")
    assert table["columns"] == ["", p.linear.source, "dedicated model"]
    values = {row[0]: row[1] for row in table["rows"]}
    expected = numbers(p, *p.linear.encode(p.x, 0.2, 4), 2.0, 0.1, _linear_decode(p, 0.2))
    for name, value in expected.items():
        assert number(values[name]) == pytest.approx(value, abs=0.006), name
    assert {row[2] for row in table["rows"]} == {"–"}
    assert "β = 2, σ² = 0.1, d = 4" in header["panels"]["compared"]["source"]
    assert "359 held-out examples" in header["panels"]["compared"]["source"]


@pytest.mark.parametrize("name", ["digits", "moons"])
def test_before_a_training_there_are_pictures_and_what_would_be_trained(
    name: str, tab: Session
) -> None:
    tab.says(data=name)
    header = tab.settled()
    assert set(header["panels"]) == {"compared", "shared", "rd", "copies", "draws"}
    planned = next(note for note in header["notes"] if note.startswith("Would be trained"))
    told = re.search(r"at ([\d,]+) per second", planned)
    assert told
    pace = int(told[1].replace(",", ""))
    assert pace > 0
    assert f"{exact.MOST_STEPS:,} updates" in planned


@pytest.mark.parametrize("likelihood", ["gaussian", "gaussian-optimal"])
def test_every_number_of_a_finished_comparison(
    likelihood: str, tab: Session, workers: dict[str, Idle], probe: Probes
) -> None:
    """The dedicated model is untrained; all that is shown of it is computed here once more."""
    torch.manual_seed(3)
    p, learned = probe("digits"), likelihood == "gaussian-optimal"
    tab.says((1, "train", None), likelihood=likelihood, beta=2.0, sigma2=0.1, d=3)
    beta, sigma2 = 2.0, tab.header["settings"]["sigma2"]
    (name,) = workers
    folder = exact.FOLDER / name
    run = run_settings(
        ExplorerView(data="digits", likelihood=likelihood, beta=beta, sigma2=sigma2, d=3)
    )
    small = dataclasses.replace(run, widths=(8,))
    model = vae.build(small, (8, 8))
    if learned:
        model.log_sigma2.data.fill_(math.log(0.07))
    draft = Manifest("model", "vae", small.to_json(), "digits", "0" * 16, 0, 70, {})
    checkpoints.save(model, folder, draft)
    works(folder, state="done", step=7400, steps=20000)
    workers[name].code = 0
    tab.says()
    header = tab.settled()
    values = {row[0]: row[1:] for row in header["panels"]["compared"]["table"]["rows"]}
    with torch.no_grad():
        mu, logvar = model.encode(torch.from_numpy(p.x))

        def decoded(z: np.ndarray) -> np.ndarray:
            return model.decode(torch.from_numpy(z)).reshape(len(z), -1).numpy()

        own_sigma2 = 0.07 if learned else sigma2
        other = numbers(p, mu.numpy(), logvar.numpy(), beta, own_sigma2, decoded)
        js = per_example(p, mu.numpy(), logvar.numpy(), beta, own_sigma2, decoded)
    tau = float(f"{beta * sigma2:.4g}")
    codes = p.linear.encode(p.x, tau, 3)
    one = numbers(p, *codes, beta, sigma2, _linear_decode(p, tau))
    ks = per_example(p, *codes, beta, sigma2, _linear_decode(p, tau))
    for name in one:
        close = {"rel": 2e-4, "abs": 0.011}
        assert number(values[name][0]) == pytest.approx(one[name], **close), name
        assert number(values[name][1]) == pytest.approx(other[name], **close), name
        assert number(values[name][2]) == pytest.approx(one[name] - other[name], **close), name
    title = header["panels"]["compared"]["title"].split()
    apart = ks - js
    error = math.sqrt(((apart - apart.mean()) ** 2).sum() / (len(apart) - 1) / len(apart))
    assert number(title[2]) == pytest.approx(apart.mean(), rel=2e-4, abs=0.011)
    assert number(title[4]) == pytest.approx(error, rel=2e-4, abs=0.006)
    assert header["panels"]["compared"]["table"]["columns"][1:3] == [
        p.linear.source,
        "dedicated model, 7,400 steps",
    ]
    assert any("σ² = 0.07" in note for note in header["notes"]) is learned
    kept = f"exact-digits-{folder.name[-8:]}"
    assert (exact_pair.KEPT / f"{kept}.safetensors").is_file()
    assert any(kept in note for note in header["notes"])
    assert {"shared", "dedicated", "rd", "copies", "draws"} <= set(header["panels"])
    here = {t["name"]: (t["x"][0], t["y"][0]) for t in header["panels"]["rd"]["figure"]["data"]}
    assert here["dedicated"][0] == pytest.approx(other["rate R (nats)"], rel=1e-3)
    copies = header["panels"]["copies"]["images"]["row_names"]
    assert copies == ["x", "linear", "dedicated"]


def _linear_decode(p: Probe, tau: float) -> Callable[[np.ndarray], np.ndarray]:
    return lambda z: p.linear.decode(z, tau, z.shape[1])


def per_example(
    p: Probe,
    mu: np.ndarray,
    logvar: np.ndarray,
    beta: float,
    sigma2: float,
    decode: Callable[[np.ndarray], np.ndarray],
    objective: bool = True,
) -> np.ndarray:
    """J of each example, or D, in nats with all constants."""
    z = mu + np.exp(logvar / 2) * p.noise[:, : mu.shape[1]]
    errors = ((p.x - decode(z.astype(np.float32))) ** 2).sum(1, dtype=np.float64)
    distortion = errors / (2 * sigma2) + p.x.shape[1] / 2 * math.log(2 * math.pi * sigma2)
    kl = (mu.astype(np.float64) ** 2 + np.exp(logvar) - logvar - 1).sum(1) / 2
    return distortion + beta * kl if objective else distortion


def numbers(
    p: Probe, mu: np.ndarray, logvar: np.ndarray, beta: float, sigma2: float, decode: Any
) -> dict[str, float]:
    """The rows of the table."""
    d = float(per_example(p, mu, logvar, beta, sigma2, decode, objective=False).mean())
    j = float(per_example(p, mu, logvar, beta, sigma2, decode).mean())
    rate = (j - d) / beta
    return {
        "rate R (nats)": rate,
        "distortion D (nats)": d,
        "ELBO (nats)": -d - rate,
        "J = D + βR (nats)": j,
        "active units": float((mu.var(0) > 0.01).sum()),
    }


def number(text: str) -> float:
    return float(text.replace("−", "-").replace(",", ""))
