"""A model that is still training, on the pages that show its verdict: Training and Collapse."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from tests import app_page
from tests.app_page import COLLAPSE, EXPLORER, LATENT, TRAINING
from tests.chapters.training.desk import Desk
from tests.chapters.training.trained import Trained
from vaeviz.chapters.chapter import AGAIN
from vaeviz.chapters.collapse import running
from vaeviz.chapters.model.settings import MULTI_RATE
from vaeviz.chapters.training import verdicts as training_verdicts
from vaeviz.runs.worker.snapshots import NAMES
from vaeviz.serve import live_choice
from vaeviz.serve.verdicts import Verdicts

PANELS = {"verdict", "posteriors", "kl", "spread", "swap"}


@pytest.fixture(autouse=True)
def verdicts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Verdicts]:
    """Runs of the test's own that no process trains, and verdicts that never rest."""
    made = Verdicts(clock=lambda: 0.0)
    monkeypatch.chdir(tmp_path)
    Desk().serve(monkeypatch)
    for module in (running, training_verdicts):
        monkeypatch.setattr(module, "VERDICTS", made)
    with app_page.apart(tmp_path, monkeypatch):
        yield made


def name(run: Trained, k: int = 0) -> str:
    return live_choice.of_run(run.folder)[k].name


def again(app: AppTest, verdicts: Verdicts) -> AppTest:
    """The page once more, when the diagnosis that it began is done."""
    verdicts._pool.submit(int).result()
    return app.run()


def diagnosed(verdicts: Verdicts, **query: str) -> tuple[AppTest, dict[str, Any]]:
    """The page Collapse at this address, with its verdict."""
    app = again(COLLAPSE.opened(**{"tool": "diagnosis", **query}), verdicts)
    return app, COLLAPSE.shown(app)


def source(header: dict[str, Any]) -> str:
    return header["panels"]["verdict"]["source"]


def models(header: dict[str, Any]) -> dict[str, str]:
    """The models on offer, by name."""
    (spec,) = [control for control in header["controls"] if control["name"] == "model"]
    return {name: title for name, title, _ in spec["options"]}


def says(app: AppTest, **settings: Any) -> dict[str, Any]:
    before = COLLAPSE.shown(app)
    sent = {**before["settings"], **settings}
    return COLLAPSE.says(app, seq=before["seq"] + 1, theme="light", settings=sent)


# Collapse
# ------------------------------------------------------------------------------------------------


def test_a_link_diagnoses_a_running_model_and_the_browser_asks_on_while_it_trains(
    verdicts: Verdicts,
) -> None:
    run = Trained(30, data="moons", latent=3, sigma2=0.1, beta=2.0)
    first = COLLAPSE.shown(app := COLLAPSE.opened(tool="diagnosis", model=name(run)))
    assert (first["pending"], set(first["panels"])) in ((True, {"verdict"}), (False, PANELS))
    header = COLLAPSE.shown(again(app, verdicts))
    assert (header["pending"], set(header["panels"])) == (False, PANELS)
    assert source(header).startswith("running model, step 30,")
    assert header["again"] > 0
    wanted = {
        "model": name(run),
        "data": "moons",
        "d": 3,
        "beta": 2.0,
        "sigma2": 0.1,
        "tool": "diagnosis",
    }
    assert header["settings"].items() >= wanted.items()
    assert [control["name"] for control in header["controls"]] == ["data", "model", "unit"]
    assert models(header)[name(run)].startswith("running: moons-vae-")
    assert run.run.key not in str(header)
    again_header = COLLAPSE.shown(COLLAPSE.opened(**dict(parse_qsl(header["link"][1:]))))
    assert again_header["panels"].keys() == header["panels"].keys()


def test_a_new_snapshot_brings_a_new_diagnosis_and_all_panels_follow_together(
    verdicts: Verdicts,
) -> None:
    run = Trained(30)
    app, header = diagnosed(verdicts, model=name(run))
    run.to(60)
    header = COLLAPSE.shown(app.run())
    assert (set(header["panels"]), header["pending"]) == (PANELS, False)
    assert len({panel_step(panel) for panel in header["panels"].values()}) == 1
    header = COLLAPSE.shown(again(app, verdicts))
    assert {panel_step(panel) for panel in header["panels"].values()} == {60}
    (run.folder / NAMES[1]).write_bytes(b"")  # the newest of them
    header = COLLAPSE.shown(again(app.run(), verdicts))
    assert {panel_step(panel) for panel in header["panels"].values()} == {30}


def panel_step(panel: dict[str, Any]) -> int:
    about = panel["figure"]["layout"]["meta"] if "figure" in panel else panel
    return int(about["source"].split("step ")[1].split()[0].rstrip(",·"))


def test_when_the_run_is_over_the_browser_rests(verdicts: Verdicts) -> None:
    run = Trained(data="moons", latent=2, steps=100)
    run.finish()
    _, header = diagnosed(verdicts, model=name(run))
    assert source(header).startswith("finished run, step 100,")
    assert (header["again"], header["pending"]) == (None, False)


def test_the_address_of_the_training_page_leads_to_the_same_run(verdicts: Verdicts) -> None:
    run = Trained(20, twin="beta", other="4")
    for link in (run.run.key, run.run.link):
        app = again(COLLAPSE.opened(run=link), verdicts)
        header = COLLAPSE.shown(app)
        assert header["tool"] == "diagnosis"
        assert header["settings"]["model"] == name(run)
        assert set(models(header)) >= {name(run), name(run, 1)}
    assert (
        COLLAPSE.shown(COLLAPSE.opened(run="abcdefghijklmnopqrst"))["settings"]["model"]
        == MULTI_RATE
    )


def test_the_twin_is_a_choice_away(verdicts: Verdicts) -> None:
    run = Trained(20, twin="beta", other="4")
    app, _ = diagnosed(verdicts, model=name(run))
    header = says(app, model=name(run, 1))
    assert source(header).startswith("running model 2, step 20,")
    assert header["settings"]["beta"] == 4.0
    header = says(app, model=MULTI_RATE)
    assert header["settings"]["model"] == MULTI_RATE
    assert header["again"] == (AGAIN if header["pending"] else None)  # not on and on
    assert set(models(header)) >= {name(run), name(run, 1)}


def test_the_other_tools_say_why_not_and_show_the_multi_rate_model(verdicts: Verdicts) -> None:
    run = Trained(20)
    app, _ = diagnosed(verdicts, model=name(run))
    for tool in ("map", "linear", "cures", "rate-distortion", "sigma2", "effective"):
        header = COLLAPSE.shown(COLLAPSE.opened(tool=tool, model=name(run)))
        assert header["settings"]["model"] == MULTI_RATE
        assert (
            header["notes"][0]
            == "Only the tool Diagnosis shows a running model. Shown instead: the"
            " multi-rate model."
        )
        assert header["panels"]
        assert name(run) not in str(header["controls"])
    header = says(app, tool="map")
    assert header["notes"][0].startswith("Only the tool Diagnosis shows a running model.")
    assert name(run) in models(says(app, tool="diagnosis"))


@pytest.mark.parametrize("page", [EXPLORER, LATENT])
def test_other_pages_say_that_they_have_no_such_model(page: app_page.Page) -> None:
    header = page.shown(page.opened(data="digits", model=name(Trained(5))))
    assert any("there is no" in note.lower() for note in header["notes"])


def test_a_run_that_is_gone_or_on_other_data_is_a_line(verdicts: Verdicts) -> None:
    run = Trained(20)
    app, _ = diagnosed(verdicts, model=name(run))
    header = says(app, data="moons")
    assert header["notes"][0].endswith("is a run on digits. Shown instead: the multi-rate model.")
    assert (header["settings"]["model"], header["settings"]["data"]) == (MULTI_RATE, "moons")
    shutil.rmtree(run.folder)
    link = live_choice.name_of(run.folder.name)
    header = COLLAPSE.shown(COLLAPSE.opened(tool="diagnosis", model=link))
    assert (
        header["notes"][0]
        == "There is no run behind this link any more. Shown instead: the multi-rate model."
    )
    assert set(header["panels"]) == PANELS


def test_without_a_snapshot_it_says_so_and_waits(verdicts: Verdicts) -> None:
    run = Trained(0)
    for file in NAMES:
        (run.folder / file).unlink(missing_ok=True)
    _, header = diagnosed(verdicts, model=name(run))
    assert set(header["panels"]) == {"verdict"}
    assert "no snapshot yet" in str(header["panels"]["verdict"]["table"]["rows"])
    assert header["again"] > 0


# Training
# ------------------------------------------------------------------------------------------------


def test_the_training_page_shows_each_models_verdict_and_leads_to_it(verdicts: Verdicts) -> None:
    run = Trained(30, twin="model", other="ae")
    app = TRAINING.opened(run=run.run.key)
    first, second = TRAINING.shown(app)["verdicts"]
    assert (second["text"], second["link"]) == ("—", "")
    assert "no posterior" in second["help"]
    first, _ = TRAINING.shown(again(app, verdicts))["verdicts"]
    assert (first["name"], first["text"], first["step"], first["level"]) == (
        "Diagnose 1",
        "not trained yet",
        "30",
        "warning",
    )
    assert first["help"].startswith("Not trained yet: its objective still falls: by ")
    assert first["help"].endswith("over its last 30 steps. Measured at step 30")
    link = urlsplit(first["link"])
    assert link.path == "collapse"
    assert run.run.key not in first["link"]
    _, header = diagnosed(verdicts, **dict(parse_qsl(link.query)))
    assert source(header).startswith("running model 1, step 30,")
    assert header["readouts"][0][1] == first["text"]


def test_each_twins_link_leads_to_that_twin(verdicts: Verdicts) -> None:
    run = Trained(30, twin="beta", other="4")
    rows = TRAINING.shown(TRAINING.opened(run=run.run.link))["verdicts"]
    for k, row in enumerate(rows):
        assert dict(parse_qsl(urlsplit(row["link"]).query))["model"] == name(run, k)


def test_until_it_is_measured_the_verdict_is_an_ellipsis_and_without_a_run_there_is_none() -> None:
    run = Trained(5)
    for file in NAMES:
        (run.folder / file).unlink(missing_ok=True)
    (row,) = TRAINING.shown(TRAINING.opened(run=run.run.link))["verdicts"]
    assert (row["name"], row["text"], row["step"]) == ("Diagnose", "…", "")
    assert "no snapshot yet" in row["help"]
    assert TRAINING.shown(TRAINING.opened())["verdicts"] == []


def test_what_was_looked_at_on_the_training_page_is_offered_on_collapse(verdicts: Verdicts) -> None:
    runs_seen = [Trained(10), Trained(10, data="moons", latent=2)]
    app = TRAINING.opened(run=runs_seen[0].run.key)
    app.session_state["training-held"] = None
    del app.session_state["training-held"]
    app.query_params["run"] = runs_seen[1].run.link
    app.run()
    app.query_params.clear()
    app.switch_page("pages/collapse.py")
    header = COLLAPSE.shown(app.run())
    assert not set(models(header)) & {name(run) for run in runs_seen}  # the first tool is the map
    header = says(app, tool="diagnosis")
    assert list(models(header))[-2:] == [name(runs_seen[1]), name(runs_seen[0])]
    header = says(app, model=name(runs_seen[1]))
    assert header["settings"]["data"] == "moons"


def test_a_run_whose_model_has_no_numbers_says_so(verdicts: Verdicts) -> None:
    run = Trained(10)
    for weight in run.session.members[0].model.parameters():
        weight.data.fill_(float("nan"))
    run.to(11)
    app = again(TRAINING.opened(run=run.run.key), verdicts)
    (row,) = TRAINING.shown(app)["verdicts"]
    assert (row["text"], row["step"]) == ("—", "11")
    assert "not finite" in row["help"]
