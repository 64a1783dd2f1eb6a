"""The tool Effective β: the closed form's reading, and the shown model's units."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tests.chapters.collapse import frames
from tests.chapters.session import at
from vaeviz.chapters.chapter import Frame
from vaeviz.chapters.collapse.effective import TOOL
from vaeviz.chapters.collapse.written import CONTROLS, EffectiveView, follow, reading_lines
from vaeviz.chapters.settings import Note, parse, query
from vaeviz.figures.theme import Spec
from vaeviz.live.message import pack
from vaeviz.records import Table
from vaeviz.serve.probes import Probe

Probes = Callable[[str], Probe]
D = 64


def seen(probe: Probe, **settings: Any) -> Frame:
    """The part of the digits' closed form, once its units are counted."""
    return frames.whole(TOOL, EffectiveView(**{"d": 8, **settings}), probe)


def reading(part: Frame) -> dict[str, tuple[str, ...]]:
    return frames.rows(part, "reading")


def place(part: Frame) -> Spec:
    return frames.spec(part, "place")


def test_a_mean_over_the_digits_pixels_has_tau_32_and_over_mnists_392(probe: Probes) -> None:
    rows = reading(seen(probe("digits")))
    assert rows["elements D"] == ("64", "784")
    assert rows["βσ² = τ"] == ("32", "392")
    assert rows["β at σ² = ½"] == ("64", "784")
    assert rows["β at σ² = 1"] == ("32", "392")
    assert rows["σ² at β = 1"] == ("32", "392")
    assert rows["active units"][0] == "0 of 8"


def test_the_title_says_that_all_is_collapsed(probe: Probes) -> None:
    assert place(seen(probe("digits"))).layout["meta"]["title"] == "τ = 32: everything collapsed"


def test_the_weight_that_undoes_the_mean_keeps_units_alive(probe: Probes) -> None:
    """w = 2τ/D with τ = 0.1: the linear VAE then keeps every λ over τ/0.99."""
    p = probe("digits")
    part = seen(p, weight=2 * 0.1 / D)
    rows = reading(part)
    expected = int((p.linear.eigenvalues[:8] * 0.99 > 0.1).sum())
    assert rows["βσ² = τ"][0] == "0.1"
    assert rows["active units"][0] == f"{expected} of 8"
    best = float(rows["optimal σ² there (MSE)"][0])
    exact = p.linear.solved(0.1, 8).squared_error / D
    assert best == pytest.approx(exact, rel=0.1)  # held-out examples, one z each
    assert float(rows["β at that σ²"][0]) == pytest.approx(0.1 / best, rel=0.01)


def test_the_curve_counts_what_the_model_keeps(probe: Probes) -> None:
    p = probe("digits")
    trace = frames.trace(seen(p), "place", "active units")
    for tau, count in zip(trace["x"], trace["y"], strict=True):
        mu = p.linear.encode(p.x, float(tau), 8)[0]
        assert count == (mu.var(0) > 0.01).sum()


def test_the_linear_steps_fall_at_the_eigenvalues(probe: Probes) -> None:
    p = probe("digits")
    trace = frames.trace(seen(p), "place", "linear VAE, exact")
    x, y = np.asarray(trace["x"]), np.asarray(trace["y"])
    np.testing.assert_allclose(np.unique(x[1:-1]), np.sort(0.99 * p.linear.eigenvalues[:8]))
    assert (y[0], y[-1]) == (8, 0)


@pytest.mark.parametrize("error", ["bce", "l1"])
def test_a_loss_of_another_likelihood_has_no_units_here(error: str, probe: Probes) -> None:
    part = seen(probe("digits"), error=error, over_pixels="sum")
    assert reading(part)["active units"][0] == "no model of this loss"
    lacking = "No model here has a Laplace likelihood, as |x − x̂| has: no active units."
    assert part.notes == [
        lacking if error == "l1" else "Active units need a bernoulli likelihood: choose one."
    ]
    assert not [t for t in place(part).data if t["name"] in ("active units", "linear VAE, exact")]


def test_a_cross_entropy_fixes_beta_itself(probe: Probes) -> None:
    part = seen(probe("digits"), error="bce", over_pixels="sum", weight=4.0)
    assert reading(part)["β"] == ("4", "4")
    assert not [row for row in reading(part) if "σ²" in row]


@pytest.mark.parametrize(("over_batch", "tau"), [("alike", "32"), ("kl", "320"), ("error", "3.2")])
def test_one_term_summed_over_the_batch_counts_its_examples(
    over_batch: str, tau: str, probe: Probes
) -> None:
    assert reading(seen(probe("digits"), over_batch=over_batch, batch=10))["βσ² = τ"][0] == tau


def test_the_range_of_the_data_is_disregarded_by_a_cross_entropy() -> None:
    assert EffectiveView(span="2").written.span == 2
    assert EffectiveView(span="2", error="bce").written.span == 1


def test_an_own_size_takes_its_number(probe: Probes) -> None:
    rows = reading(seen(probe("digits"), image="own", elements=100))
    assert rows["βσ² = τ"] == ("32", "50")


KL = "torch.mean(-0.5 * torch.sum(1 + log_var - mu**2 - log_var.exp(), dim=1), dim=0)"


DEFAULT = EffectiveView()


def moved(raw: dict[str, Any], before: EffectiveView = DEFAULT) -> tuple[EffectiveView, list[Note]]:
    """What the engine makes of what the browser sends."""
    view, notes = parse(raw, before)
    view, more = follow(before, view)
    return view, [*notes, *more]


def pasted(code: str, **before: Any) -> EffectiveView:
    return moved({"code": code}, EffectiveView(**before))[0]


def test_pasted_code_sets_the_controls_and_says_what_it_read() -> None:
    view = pasted(
        f"loss = F.mse_loss(x_hat, x) + 0.00025 * {KL}", over_latents="mean", over_pixels="sum"
    )
    assert (view.error, view.over_pixels, view.over_latents, view.over_batch, view.weight) == (
        "mse",
        "mean",
        "sum",
        "alike",
        0.00025,
    )
    assert reading_lines(view) == [
        "Read as: squared error: mean over pixels and batch; KL: sum over dimensions, mean over"
        " batch; weight 0.00025."
    ]


def test_what_was_not_read_stays_as_picked_and_is_said() -> None:
    view = pasted(f"loss = F.l1_loss(x_hat, x) + beta * {KL}", weight=0.3, batch=7)
    assert (view.error, view.weight, view.batch) == ("l1", 0.3, 7)
    assert reading_lines(view)[-1] == "Weight beta isn't a number here: set it by the slider."


def test_the_user_can_change_what_was_read() -> None:
    view = pasted(f"loss = F.mse_loss(x_hat, x) + 2 * {KL}")
    other, notes = moved({**vars(view), "weight": 5.0}, view)
    assert (other.weight, notes) == (5.0, [])
    assert reading_lines(other)[1] == "The controls were changed since."
    assert reading_lines(moved({**vars(view), "code": " "}, view)[0]) == []


def test_the_same_message_read_twice_makes_the_same_choices() -> None:
    sent = {"code": f"loss = F.mse_loss(x_hat, x) + 2 * {KL}", "weight": 1.0}
    once = moved(sent)[0]
    assert moved(sent, once) == (once, [])


def test_the_link_restores_the_choices_without_the_code() -> None:
    view = pasted(f"loss = F.mse_loss(x_hat, x, reduction='sum') + 0.00025 * {KL}")
    assert query(view) == "?over_pixels=sum&over_batch=error&weight=0.00025"


def test_a_weight_beyond_the_control_is_put_back_with_a_note() -> None:
    view, notes = moved({"code": f"loss = F.mse_loss(x_hat, x) + 1e9 * {KL}"})
    assert view.weight == 1000
    assert [(note.about, "1000.0 is used" in note.text) for note in notes] == [(("weight",), True)]


def test_a_text_that_is_too_long_is_refused_in_a_line() -> None:
    view, notes = moved({"code": "x" * 1_000_000})
    assert (view, len(notes)) == (EffectiveView(), 1)
    assert "2,000 characters" in notes[0].text
    assert notes[0].about == ()  # it goes with the next change


def test_every_control_is_a_setting_and_every_option_is_valid(probe: Probes) -> None:
    asked = at(probe("digits"), TOOL)
    for name in CONTROLS:
        for value, title, _ in frames.control(TOOL, EffectiveView(), asked, name).get(
            "options", []
        ):
            view, notes = parse({name: value}, EffectiveView())
            assert getattr(view, name) == value
            assert title
            assert not notes


def test_its_panels_travel(probe: Probes) -> None:
    part = seen(probe("digits"))
    assert len(pack(part.panels)) > 1000
    for panel in part.panels.values():
        about = panel.layout["meta"] if isinstance(panel, Spec) else {"source": panel.source}
        assert "closed form" in about["source"]


def test_a_pasted_mistake_is_led_to_its_exhibit(probe: Probes) -> None:
    view = pasted(f"loss = F.mse_loss(x_hat, x) + {KL}", d=8)
    table = seen(probe("digits"), pasted=view.pasted).panels["reading"]
    assert isinstance(table, Table)
    assert table.links == ("museum?exhibit=pixel-mean", *[""] * (len(table.rows) - 1))
    assert table.rows[0][0].endswith("exhibit 1")
    plain = seen(probe("digits"), pasted="").panels["reading"]
    assert isinstance(plain, Table)
    assert plain.links == ()
