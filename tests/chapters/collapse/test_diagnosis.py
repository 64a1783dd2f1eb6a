"""The tool Diagnosis: the verdict of the measures, and pictures of its evidence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tests.chapters.collapse import frames
from tests.chapters.session import at
from vaeviz.chapters.chapter import Frame
from vaeviz.chapters.collapse import diagnosis, findings
from vaeviz.chapters.collapse.diagnosis import SHOWN, TOOL, DiagnosisView
from vaeviz.chapters.controls import repaired
from vaeviz.chapters.settings import parse
from vaeviz.live.message import pack
from vaeviz.measures.collapse.diagnosis import diagnose
from vaeviz.measures.collapse.pairwise import pairwise_kl
from vaeviz.measures.collapse.reference import reference
from vaeviz.serve import jobs, probes, references
from vaeviz.serve.probes import Probe

Probes = Callable[[str], Probe]


def seen(probe: Probe, **settings: Any) -> Frame:
    """The part of the closed form, once the verdict is there."""
    return frames.whole(TOOL, DiagnosisView(**{"d": 8, **settings}), probe)


def rows(part: Frame) -> dict[str, tuple[str, ...]]:
    return frames.rows(part, "verdict")


def curves(part: Frame) -> list[dict[str, Any]]:
    return [trace for trace in frames.spec(part, "posteriors").data if trace["name"] == "q(z|x)"]


def test_the_verdict_is_the_measures_and_its_reason_is_said(probe: Probes) -> None:
    digits = probe("digits")
    part = seen(digits, sigma2=0.3)
    expected = diagnose(digits.linear, 0.3, 8, digits.x, reference(digits.data.train, "gaussian"))
    readouts = {label: (value, level) for label, value, _, level in part.readouts}
    assert readouts["verdict"] == (expected.verdict, "warning")
    assert expected.verdict == "partly collapsed"
    assert expected.reason in part.notes[0]
    assert frames.table(part, "verdict").title == f"Verdict: {expected.verdict}"
    information = expected.aggregate
    assert rows(part)["I(x; z)"][0] == f"{information.information:.2f} ± {information.error:.2f}"


def test_a_dimension_that_is_not_there_stays_in_the_choice_and_says_so(probe: Probes) -> None:
    asked = at(probe("digits"), TOOL)
    within, beyond = (DiagnosisView(d=4, unit=unit) for unit in ("4", "16"))
    assert repaired(beyond, asked) == (beyond, [])
    choices = [frames.control(TOOL, view, asked, "unit")["options"] for view in (within, beyond)]
    assert choices[0] == choices[1][:-1]
    assert choices[1][-1] == ("16", "z16: z4 shown (d = 4)", "")


def test_while_the_pointer_moves_nothing_is_diagnosed(
    probe: Probes, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[float] = []
    monkeypatch.setattr(
        diagnosis, "_diagnose", lambda codec, probe, seen, known: begun.append(seen.tau)
    )
    monkeypatch.setattr(jobs, "STORE", jobs.Store())
    digits = probe("digits")
    assert references.known(digits, "gaussian", 60)
    for sigma2 in (0.011, 0.012, 0.013):
        view = DiagnosisView(d=7, sigma2=sigma2)
        assert frames.now(TOOL, view, digits).pending
    assert not begun


def test_at_exact_collapse_nothing_depends_on_the_code(probe: Probes) -> None:
    part = seen(probe("digits"), sigma2=10.0)
    result = rows(part)
    for name in ("I(x; z)", "KL(q(z) ‖ p)", "total correlation"):
        assert result[name][0] == "0.00 ± 0.00"
    assert result["… another's z"][0] == result["… the prior's z"][0] == "+0.00 ± 0.00"
    images = frames.strip(part, "swap").images
    np.testing.assert_array_equal(images[1], images[3])
    assert {tuple(curve["y"]) for curve in curves(part)} == {tuple(curves(part)[0]["y"])}
    assert part.readouts[0][1] == "collapsed"


def test_a_healthy_models_codes_matter(probe: Probes) -> None:
    part = seen(probe("digits"), sigma2=0.01)
    assert part.readouts[0][1] == "healthy"
    assert float(rows(part)["… another's z"][0].split(" ± ")[0]) > 1
    images = frames.strip(part, "swap").images
    np.testing.assert_array_equal(images[1][1:], np.roll(images[2], -1, axis=0)[1:])
    assert (images[1] != images[3]).any()


def test_the_posteriors_are_those_of_the_chosen_dimension(probe: Probes) -> None:
    digits = probe("digits")
    observed = probes.observer(digits, digits.linear)(0.05, 8)
    apart = pairwise_kl(observed.mu, observed.logvar).by_dimension
    for unit, j in (("auto", int(observed.kl.argmax())), ("3", 2), ("500", 7)):
        part = seen(digits, sigma2=0.05, unit=unit)
        peaks = [curve["x"][curve["y"].argmax()] for curve in curves(part)]
        np.testing.assert_allclose(peaks, observed.mu[:SHOWN, j], atol=1e-6)
        drawn = frames.spec(part, "posteriors")
        assert (
            drawn.layout["meta"]["title"]
            == f"z{j + 1}: posteriors differ, {apart[j]:.3g} nats apart, closed form"
        )


def test_near_its_cap_the_information_is_marked_as_too_small_and_the_kls_as_too_large(
    probe: Probes,
) -> None:
    """log 359 = 5.88 nats; at σ² = 0.01 there are 5.9 of information, at 1 there are few."""
    near, far = (rows(seen(probe("digits"), sigma2=sigma2)) for sigma2 in (0.01, 1.0))
    names = ("I(x; z)", "KL(q(z) ‖ p)", "total correlation")
    assert [near[name][1] for name in names] == ["or more; ends at 5.88"] + [
        "at most: I at cap"
    ] * 2
    told = ["of at most 5.88", "all codes, off the prior", "between dimensions"]
    assert [far[name][1] for name in names] == told


def test_the_table_says_what_is_in_nats_and_writes_large_numbers_out(probe: Probes) -> None:
    digits = probe("digits")
    part = seen(digits, sigma2=0.001)
    assert frames.table(part, "verdict").columns[:2] == ("", "nats, or ‖x − x̂‖²")
    pairs = rows(part)["pairwise KL"][0]
    assert "e+" not in pairs
    assert float(pairs.replace(",", "")) > 1000
    assert "," in pairs


def test_data_in_the_plane_are_drawn_as_points(probe: Probes) -> None:
    part = seen(probe("three-gaussians"), d=2, sigma2=0.1)
    frames.spec(part, "swap")
    pack(part.panels)


def test_until_the_verdict_is_there_a_row_says_so(probe: Probes) -> None:
    digits = probe("digits")
    table = findings.table(None, digits.linear)
    assert table.title == "Verdict: being measured"
    observed = probes.observer(digits, digits.linear)(0.05, 8)
    assert findings.readouts(observed, None)[0][1] == "…"


@pytest.mark.parametrize("unit", ["0", "nonsense", "513"])
def test_an_impossible_dimension_is_put_back(unit: str) -> None:
    view, notes = parse({"unit": unit}, DiagnosisView())
    assert view.unit == "auto"
    assert len(notes) == 1
