"""Live runs in a choice of models: names that steer nothing, titles that say where each stands."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.chapters.training.trained import Trained
from vaeviz.checkpoints.manifest import NAME
from vaeviz.config import UserError
from vaeviz.runs.folder.progress import RUN, Progress
from vaeviz.runs.queue import launch as runs
from vaeviz.serve import live_choice
from vaeviz.serve.live_choice import find, is_run, linked, name_of, of_run, options


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_model_of_a_run_is_found_by_its_name_and_the_name_gives_no_key_away() -> None:
    for run in (Trained(), Trained(twin="beta", other="4")):
        models = of_run(run.folder)
        assert [model.settings for model in models] == list(run.line.members)
        assert [model.label for model in models] == (["A", "B"] if len(models) > 1 else [""])
        for k, model in enumerate(models):
            assert find(model.name) == model
            assert model.index == k
            assert is_run(model.name)
            assert NAME.fullmatch(model.name)
            assert run.run.key not in model.name
        assert find(name_of(run.folder.name)) == models[0]


def test_a_link_to_a_run_leads_to_its_first_model() -> None:
    run = Trained(twin="beta", other="4")
    for link in (run.run.key, run.run.link):
        assert find(linked(link)).label == "A"
    assert linked("abcdefghijklmnopqrst") == linked("") == linked("../x") == ""


@pytest.mark.parametrize(
    "name",
    [
        "run-",
        "run-" + "0" * 32,
        "run-" + "0" * 32 + "-C",
        "multi-rate",
        "",
        "run-../../etc",
        "run-ß",
    ],
)
def test_a_name_of_no_run_is_one_line(name: str) -> None:
    with pytest.raises(UserError, match="no run behind this link"):
        find(name)


def test_the_titles_say_which_run_it_is_and_where_it_stands() -> None:
    first, second = Trained(30), Trained(20, data="moons", twin="model", other="ae")
    found = options([second.run.link, first.run.link], runs.status)
    assert [title for _, title, _ in found] == [
        f"running: moons-vae-{second.folder.name[:4]} 1, step 20",
        f"running: moons-ae-{second.folder.name[:4]} 2, step 20",
        f"running: digits-vae-{first.folder.name[:4]}, step 30",
    ]
    assert [bool(why) for *_, why in found] == [False, True, False]
    assert "no posterior" in found[1][2]
    (done,) = options([first.run.link], lambda folder: Progress(state="done", step=1200))
    assert done[1].startswith("finished: ")
    assert done[1].endswith("step 1,200")


def test_a_run_that_has_gone_or_is_spoilt_is_not_offered() -> None:
    gone, spoilt, there = Trained(), Trained(), Trained()
    for run in (gone, spoilt, there):
        assert of_run(run.folder)
    shutil.rmtree(gone.folder)
    (spoilt.folder / RUN).write_text("{")
    found = options([gone.run.link, spoilt.run.link, "0" * 32, there.run.link], runs.status)
    assert [name for name, *_ in found] == [name_of(there.run.link)]
    with pytest.raises(UserError):
        live_choice.of_run(spoilt.folder)
