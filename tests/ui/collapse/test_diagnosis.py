"""Diagnosis on the page: the verdict of the measures, and pictures of what it rests on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tests.ui.collapse import parts
from vaeviz.figures.theme import LIGHT
from vaeviz.live.board import pack
from vaeviz.measures.collapse.diagnosis import diagnose
from vaeviz.measures.collapse.pairwise import pairwise_kl
from vaeviz.measures.collapse.reference import reference
from vaeviz.ui import references, store
from vaeviz.ui.collapse import diagnosis, findings
from vaeviz.ui.collapse.diagnosis import SHOWN, TOOL
from vaeviz.ui.collapse.part import Part
from vaeviz.ui.collapse.settings import View, parse
from vaeviz.ui.views import Probe

Probes = Callable[[str], Probe]


def seen(probe: Probe, **settings: Any) -> Part:
    """The part of the closed form, once the verdict is there."""
    return parts.whole(TOOL, View(tool="diagnosis", **{"d": 8, **settings}), probe)


def rows(part: Part) -> dict[str, tuple[str, ...]]:
    return parts.rows(part, "verdict")


def curves(part: Part) -> list[dict[str, Any]]:
    return [trace for trace in parts.spec(part, "posteriors").data if trace["name"] == "q(z|x)"]


def test_the_verdict_is_the_measures_and_its_reason_is_said(probe: Probes) -> None:
    digits = probe("digits")
    part = seen(digits, sigma2=0.3)
    expected = diagnose(digits.linear, 0.3, 8, digits.x, reference(digits.data.train, "gaussian"))
    readouts = {label: (value, level) for label, value, _, level in part.readouts}
    assert readouts["verdict"] == (expected.verdict, "warning")
    assert expected.verdict == "partly collapsed"
    assert expected.reason in part.notes[0]
    assert parts.table(part, "verdict").title == f"Verdict: {expected.verdict}"
    information = expected.aggregate
    assert rows(part)["I(x; z)"][0] == f"{information.information:.2f} ± {information.error:.2f}"


def test_a_dimension_that_is_not_there_stays_in_the_choice_and_says_so(probe: Probes) -> None:
    (there,), (beyond,) = (seen(probe("digits"), d=4, unit=unit).controls for unit in ("4", "16"))
    assert there["options"] == beyond["options"][:-1]
    assert beyond["options"][-1] == ["16", "z16: z4 shown", "There are 4 dimensions"]


def test_a_hand_that_moves_on_has_nothing_diagnosed(
    probe: Probes, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[float] = []
    monkeypatch.setattr(
        diagnosis, "_diagnose", lambda codec, probe, seen, known: begun.append(seen.tau)
    )
    digits = probe("digits")
    assert references.known(digits, "gaussian", 60)
    for sigma2 in (0.011, 0.012, 0.013):
        view = View(tool="diagnosis", d=7, sigma2=sigma2)
        assert TOOL.part(view, digits, digits.linear, LIGHT).pending
    assert not begun


def test_at_exact_collapse_nothing_depends_on_the_code(probe: Probes) -> None:
    part = seen(probe("digits"), sigma2=10.0)
    found = rows(part)
    for name in ("I(x; z)", "KL(q(z) ‖ p)", "total correlation"):
        assert found[name][0] == "0.00 ± 0.00"
    assert found["… another's z"][0] == found["… the prior's z"][0] == "+0.00 ± 0.00"
    images = parts.strip(part, "swap").images
    np.testing.assert_array_equal(images[1], images[3])
    assert {tuple(curve["y"]) for curve in curves(part)} == {tuple(curves(part)[0]["y"])}
    assert part.readouts[0][1] == "collapsed"


def test_a_healthy_models_codes_matter(probe: Probes) -> None:
    part = seen(probe("digits"), sigma2=0.01)
    assert part.readouts[0][1] == "healthy"
    assert float(rows(part)["… another's z"][0].split(" ± ")[0]) > 1
    images = parts.strip(part, "swap").images
    np.testing.assert_array_equal(images[1][1:], np.roll(images[2], -1, axis=0)[1:])
    assert (images[1] != images[3]).any()


def test_the_posteriors_are_those_of_the_chosen_dimension(probe: Probes) -> None:
    digits = probe("digits")
    observed = store.observer(digits, digits.linear)(0.05, 8)
    apart = pairwise_kl(observed.mu, observed.logvar).by_dimension
    for unit, j in (("auto", int(observed.kl.argmax())), ("3", 2), ("500", 7)):
        part = seen(digits, sigma2=0.05, unit=unit)
        peaks = [curve["x"][curve["y"].argmax()] for curve in curves(part)]
        np.testing.assert_allclose(peaks, observed.mu[:SHOWN, j], atol=1e-6)
        drawn = parts.spec(part, "posteriors")
        assert (
            drawn.layout["meta"]["title"]
            == f"z{j + 1}: posteriors differ, {apart[j]:.3g} nats apart"
        )


def test_near_its_cap_the_information_is_told_as_too_small_and_the_kls_as_too_large(
    probe: Probes,
) -> None:
    """log 359 = 5.88 nats; at σ² = 0.01 there are 5.9 of information, at 1 there are few."""
    near, far = (rows(seen(probe("digits"), sigma2=sigma2)) for sigma2 in (0.01, 1.0))
    names = ("I(x; z)", "KL(q(z) ‖ p)", "total correlation")
    assert [near[name][1] for name in names] == ["too small: cap 5.88"] + [
        "too large: I near its cap"
    ] * 2
    told = ["of at most 5.88", "all codes, off the prior", "between dimensions"]
    assert [far[name][1] for name in names] == told


def test_the_table_says_what_is_in_nats_and_writes_large_numbers_out(probe: Probes) -> None:
    digits = probe("digits")
    part = seen(digits, sigma2=0.001)
    assert parts.table(part, "verdict").columns == ("", "", "nats, losses ‖x − x̂‖²")
    pairs = rows(part)["pairwise KL"][0]
    assert "e+" not in pairs
    assert float(pairs.replace(",", "")) > 1000
    assert "," in pairs


def test_data_in_the_plane_are_drawn_as_points(probe: Probes) -> None:
    part = seen(probe("three-gaussians"), d=2, sigma2=0.1)
    parts.spec(part, "swap")
    pack(part.panels)


def test_until_the_verdict_is_there_a_row_says_so(probe: Probes) -> None:
    digits = probe("digits")
    table = findings.table(None, digits.linear)
    assert table.title == "Verdict: being measured"
    observed = store.observer(digits, digits.linear)(0.05, 8)
    assert findings.readouts(observed, None, 0.1)[0][1] == "…"


@pytest.mark.parametrize("unit", ["0", "nonsense", "513"])
def test_an_impossible_dimension_is_put_back(unit: str) -> None:
    view, notes = parse({"unit": unit})
    assert view.unit == "auto"
    assert len(notes) == 1
