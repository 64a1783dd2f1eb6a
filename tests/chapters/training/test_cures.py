"""Links from the study of cures to live twins: the page trains the very settings of the study."""

from __future__ import annotations

import dataclasses
from urllib.parse import parse_qsl

import pytest

from tests.chapters.training.desk import fit, take
from vaeviz.chapters.training.cures import settled, training_link
from vaeviz.config import RunSettings
from vaeviz.records.cures import NONE, Cure
from vaeviz.runs.worker.twins import Line
from vaeviz.studies.cures import BASE, cures, settings_of


@pytest.mark.parametrize(
    "base", [BASE, dataclasses.replace(BASE, steps=900, seed=3)], ids=["study", "other"]
)
@pytest.mark.parametrize("name", [cure.name for cure in cures(BASE.steps)])
def test_a_link_leads_to_the_baseline_and_its_cured_twin(name: str, base: RunSettings) -> None:
    cure = next(cure for cure in cures(base.steps) if cure.name == name)
    plan, notes = take(dict(parse_qsl(training_link(cure, base)[1:], strict_parsing=True)))
    assert notes == []
    assert fit(plan) == (plan, [])
    one, *cured = plan.settings()
    assert settled(one) == base
    assert len(cured) == (cure.name != NONE)
    for two in cured:
        assert settled(two) == settings_of(base, cure, base.seed)
        assert Line(one, two).differs


def test_only_the_length_of_a_warm_up_that_nothing_reads_is_let_go() -> None:
    assert settled(dataclasses.replace(BASE, warmup=7)) == BASE
    rising = dataclasses.replace(BASE, schedule="linear", warmup=7)
    assert settled(rising) == rising


@pytest.mark.parametrize(
    "base",
    [
        dataclasses.replace(BASE, widths=(7, 7)),
        dataclasses.replace(BASE, batch=2048),
        dataclasses.replace(BASE, steps=50),
    ],
    ids=["widths", "batch", "steps"],
)
def test_what_the_page_has_no_setting_for_has_no_link(base: RunSettings) -> None:
    assert training_link(Cure("free-bits", "free bits", {"free_bits": 0.25}), base) == ""


def test_a_cure_of_two_settings_has_no_link() -> None:
    assert training_link(Cure("both", "both", {"free_bits": 0.25, "sigma2": 0.03})) == ""
