"""The board of the page "Latent space" alone: with pointer, touch and keyboard."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.browser.bare_page import sent, stop_the_clock
from tests.browser.latent_page import densities, mlp, model, receive, visit
from vaeviz.measures.codecs.network import decode, header
from vaeviz.records import Network

pytestmark = pytest.mark.browser
NETWORK = mlp(latent=3)
NETWORK2 = mlp(latent=2)
REST = 400  # ms, after which the board has spoken


@pytest.fixture
def board(page: Page) -> Page:
    visit(page)
    receive(page, model(NETWORK))
    page.wait_for_function("document.querySelector('.vv-tool')?.dataset.drawn > 0")
    return page


def place(page: Page, x: float, y: float) -> tuple[float, float]:
    """Where a point of the map is on the screen."""
    at = page.evaluate(
        """([x, y]) => {
      const stage = document.querySelector(".vv-pad-map .vv-stage");
      const box = stage.getBoundingClientRect();
      const { unit, originX, originY } = stage.dataset;
      return [box.left + Number(originX) + x * unit, box.top + Number(originY) - y * unit];
    }""",
        [x, y],
    )
    return at[0], at[1]


def values(page: Page) -> list[float]:
    """What the sliders say, by dimension."""
    read = "(rows) => rows.map((r) => [Number(r.dataset.dimension), Number(r.value)])"
    return [v for _, v in sorted(page.locator(".vv-track input").evaluate_all(read))]


def picture(page: Page, canvas: str = ".vv-big") -> np.ndarray:
    """The grey values of a canvas, row by row."""
    read = "(c) => [...c.getContext('2d').getImageData(0, 0, c.width, c.height).data]"
    return np.array(page.locator(canvas).evaluate(read))[::4]


def expected(z: list[float], network: Network = NETWORK) -> np.ndarray:
    return 255 * decode(network, np.array([z], np.float32))[0]


def test_a_hover_decodes_under_the_pointer_and_leaving_goes_back(board: Page) -> None:
    board.mouse.move(*place(board, 0.5, -1.0))
    board.wait_for_timeout(60)
    np.testing.assert_allclose(values(board)[:2], [0.5, -1.0], atol=0.02)
    assert np.abs(picture(board) - expected(values(board))).max() <= 1
    board.mouse.move(5, 5)
    board.wait_for_timeout(60)
    assert values(board) == [0, 0, 0]


def test_a_pressed_point_stays(board: Page) -> None:
    board.mouse.move(*place(board, 0, 0))
    board.mouse.down()
    board.mouse.move(*place(board, 1.0, 1.0), steps=4)
    board.mouse.up()
    board.mouse.move(5, 5)
    board.wait_for_timeout(60)
    np.testing.assert_allclose(values(board)[:2], [1.0, 1.0], atol=0.02)


def test_nothing_is_sent_while_the_pointer_moves_and_one_message_when_it_rests(board: Page) -> None:
    stop_the_clock(board)
    board.clock.run_for(REST)
    before = len(sent(board))
    for k in range(60):
        board.mouse.move(*place(board, np.cos(k / 9), np.sin(k / 9)))
        board.clock.run_for(16)
    assert len(sent(board)) == before
    board.clock.run_for(REST)
    (message,) = sent(board)[before:]
    np.testing.assert_allclose(message["point"], values(board), atol=1e-4)
    board.clock.run_for(REST)
    assert len(sent(board)) == before + 1


def test_arrows_move_by_a_tenth_and_with_shift_by_a_hundredth(board: Page) -> None:
    board.locator(".vv-pad-map .vv-overlay").focus()
    for key in ("ArrowRight", "ArrowUp", "ArrowUp", "Shift+ArrowLeft"):
        board.keyboard.press(key)
    board.wait_for_timeout(60)
    np.testing.assert_allclose(values(board), [0.09, 0.2, 0], atol=1e-6)
    board.keyboard.press("Home")
    board.wait_for_timeout(60)
    assert values(board) == [0, 0, 0]


def test_a_slider_moves_the_point_from_the_keyboard(board: Page) -> None:
    slider = board.locator("input[data-dimension='1']")
    slider.focus()
    board.keyboard.press("ArrowRight")
    board.keyboard.press("Shift+ArrowRight")
    board.wait_for_timeout(60)
    np.testing.assert_allclose(values(board), [0, 0.11, 0], atol=1e-6)
    expect(slider).to_have_attribute("aria-valuetext", "z 2: 0.11")
    assert np.abs(picture(board) - expected(values(board))).max() <= 1


def test_a_finger_moves_the_point(browser: Any) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 720}, has_touch=True)
    page = context.new_page()
    visit(page)
    receive(page, model(NETWORK))
    page.touchscreen.tap(*place(page, -1.0, 0.5))
    page.wait_for_timeout(60)
    np.testing.assert_allclose(values(page)[:2], [-1.0, 0.5], atol=0.03)
    context.close()


def test_a_collapsed_dimension_says_so_and_changes_no_pixel(page: Page) -> None:
    network = mlp(latent=3)
    network.decoder[0].weight[:, 2] = 0
    visit(page)
    receive(page, model(network))
    row = page.locator(".vv-dim").last
    expect(row).to_contain_text("collapsed")
    before = picture(page)
    page.locator("input[data-dimension='2']").fill("2")
    page.wait_for_timeout(60)
    assert values(page)[2] == 2
    assert np.abs(picture(page) - before).max() <= 1


def test_sliders_are_sorted_by_kl(page: Page) -> None:
    visit(page)
    receive(
        page,
        model(NETWORK, kl=np.array([0.5, 0.0, 2.0], np.float32)),
        extras={"densities": densities(3)},
    )
    found = page.locator(".vv-track input").evaluate_all(
        "(rows) => rows.map((r) => r.dataset.dimension)"
    )
    assert found == ["2", "0", "1"]


def test_posterior_ellipses_are_to_scale(page: Page) -> None:
    """The drawn ellipse, read back from the canvas, in units of the map's own prior circle."""
    m = model(NETWORK)
    m["mu"][:2, :2], m["logvar"][:2, :2] = (
        [[0.0, 0.0], [9, 9]],
        np.log([[0.25, 0.09], [1, 1]]),
    )  # σ 0.5, 0.3
    visit(page)
    receive(page, m)
    unit = float(page.locator(".vv-pad-map .vv-stage").get_attribute("data-unit") or 0)
    reach = page.locator(".vv-pad-map .vv-overlay").evaluate("""(canvas) => {
      const { originX, originY } = canvas.parentElement.dataset, context = canvas.getContext("2d");
      const x = Math.round(originX), y = Math.round(originY);
      const inked = (px, py) => context.getImageData(px, py, 1, 1).data[3] > 100;
      const edges = (at) => Array.from({ length: 160 }, (_, k) => k + 12)
        .filter((k) => inked(...at(k)));
      return [edges((k) => [x - k, y]), edges((k) => [x, y + k])];
    }""")
    rings = [
        [np.mean(group) for group in np.split(r, np.flatnonzero(np.diff(r) > 1) + 1)] for r in reach
    ]
    np.testing.assert_allclose(rings[0], [0.5 * unit, 1.0 * unit], atol=1.5)
    np.testing.assert_allclose(rings[1], [0.3 * unit, 0.6 * unit], atol=1.5)
    circle = page.locator(".vv-pad-map .vv-canvas").first.evaluate(
        """(canvas, unit) => {
      const { originX, originY } = canvas.parentElement.dataset, context = canvas.getContext("2d");
      return Array.from({ length: 36 }, (_, k) => {
        const [x, y] = [Math.cos, Math.sin].map((turn) => unit * turn((k * Math.PI) / 18));
        const at = [Number(originX) + x, Number(originY) + y].map(Math.round);
        return [...context.getImageData(...at, 1, 1).data.slice(0, 3)];
      });
    }""",
        unit,
    )
    assert (
        np.abs(np.median(circle, axis=0) - 0x76).max() <= 25
    )  # one prior standard deviation, in the prior's colour; a class's name may lie over it


def test_a_click_chooses_an_example_and_its_code_is_the_point(board: Page) -> None:
    mu = model(NETWORK)["mu"]
    board.get_by_role("button", name="A", exact=True).click()
    board.mouse.click(*place(board, *mu[7, :2].tolist()))
    board.wait_for_timeout(60)
    np.testing.assert_allclose(values(board), mu[7], atol=1e-5)
    board.mouse.move(5, 5)
    board.wait_for_timeout(REST)
    message = sent(board)[-1]
    assert message["settings"]["a"] == 7
    assert np.abs(picture(board) - expected(mu[7].tolist())).max() <= 1


def test_a_traversal_at_the_mean_is_the_reconstruction(board: Page) -> None:
    receive(board, settings={"around": "a", "a": 4}, seq=9)
    board.locator(".vv-tool .vv-stage canvas").click(position=middle(board))
    board.wait_for_timeout(60)
    np.testing.assert_allclose(values(board), model(NETWORK)["mu"][4], atol=1e-5)


def middle(page: Page) -> Any:
    box = page.locator(".vv-tool .vv-stage").bounding_box()
    assert box
    return {"x": box["width"] / 2, "y": 60}


def test_the_model_is_kept_when_a_message_comes_without_one(board: Page) -> None:
    receive(board, seq=5, readouts=[["log q(z)", "−2.1", "", ""]])
    expect(board.locator(".vv-readouts")).to_contain_text("−2.1")
    assert board.locator(".vv-latent").get_attribute("data-model") == "m0"


def test_without_a_model_a_line_says_why(page: Page) -> None:
    visit(page)
    receive(page, empty="The model is loading.")
    expect(page.locator(".vv-empty")).to_have_text("The model is loading.")


def test_the_first_drawing_is_on_the_browsers_timeline_once(page: Page) -> None:
    visit(page)
    receive(page, model(mlp(latent=2), count=10_000))
    receive(page)
    assert page.evaluate("performance.getEntriesByName('vaeviz:first-drawn').length") == 1


@pytest.mark.parametrize("kind", ["PNG", "SVG"])
def test_the_map_and_a_tool_can_be_kept(board: Page, kind: str) -> None:
    for where in (".vv-pad-map", ".vv-tool"):
        with board.expect_download() as kept:
            board.locator(f"{where} .vv-keeps", has_text=kind).click()
        head = kept.value.path().read_bytes()[:4]
        assert head == {"PNG": b"\x89PNG", "SVG": b"<svg"}[kind]


def beside(page: Page, x: float, y: float) -> np.ndarray:
    """How much ink is on the map's overlay to the upper right of a point: where a mark has its
    letter.
    """
    px, py = place(page, x, y)
    box = page.locator(".vv-pad-map .vv-overlay").bounding_box()
    assert box
    read = """(canvas, [x, y]) => [...canvas.getContext("2d").getImageData(x, y, 18, 18).data]"""
    inked = page.locator(".vv-pad-map .vv-overlay").evaluate(
        read, [px - box["x"] + 8, py - box["y"] - 22]
    )
    return np.array(inked).reshape(18, 18, 4)[..., 3]


@pytest.mark.parametrize("head", [{}, {"settings": {"map": "tsne"}}], ids=["autoencoder", "t-SNE"])
def test_marks_without_an_ellipse_have_letters(page: Page, head: dict[str, Any]) -> None:
    m = model(NETWORK, variational=bool(head))
    m["mu"][:2, :2] = [[1.0, 0.5], [-1.0, -0.5]]
    laid = {"embedding": {"tsne": {"points": np.ascontiguousarray(m["mu"][:, :2])}}} if head else {}
    visit(page)
    receive(page, m, extras=laid, **head)
    for at in ((1.0, 0.5), (-1.0, -0.5)):
        assert (beside(page, *at) > 200).sum() > 40


def test_an_autoencoder_has_variances_where_a_vae_has_kl(page: Page) -> None:
    visit(page)
    receive(page, model(NETWORK, variational=False, dead=0.0))
    words = page.locator(".vv-tool > .vv-words")
    expect(words).to_contain_text("the one with the largest variance is on top")
    assert page.locator(".vv-dim").first.get_attribute("title") == "Dimension 1: variance 2.00"
    receive(page, model(NETWORK, seed=1), seq=1)
    expect(words).to_contain_text("the most informative is on top")
    assert page.locator(".vv-dim").first.get_attribute("title") == "Dimension 1: KL 2.00 nats"


def test_a_map_of_the_first_examples_says_so_and_chooses_among_them(board: Page) -> None:
    mu = model(NETWORK)["mu"]
    points = np.ascontiguousarray(10 * mu[:50, :2])
    receive(
        board,
        seq=99,
        extras={"embedding": {"tsne": {"points": points}}},
        settings={"map": "tsne", "b": 150},
    )
    expect(board.locator(".vv-pad-map .vv-title")).to_have_text("μ of the first 50 of 200 examples")
    alt = board.locator(".vv-pad-map .vv-stage > canvas").first.get_attribute("aria-label")
    assert "the first 50 of 200" in str(alt)
    assert "circles" not in str(alt)
    board.get_by_role("button", name="A", exact=True).click()
    board.mouse.click(*place(board, *points[7].tolist()))
    board.mouse.move(5, 5)
    board.wait_for_timeout(REST)
    assert sent(board)[-1]["settings"]["a"] == 7
    np.testing.assert_allclose(values(board), mu[7], atol=1e-5)


LONG = [
    "A model that was asked for is not there, and the multi-rate model is shown in its place."
] * 4


@pytest.mark.parametrize("d", [3, 8, 16])
def test_the_row_of_files_stays_in_sight_whatever_else_there_is_to_say(page: Page, d: int) -> None:
    names = ("CSV", "NPZ", "GIF", "Notebook")
    keeps = [{"action": name, "label": name, "help": name} for name in names]
    rows = [
        ["R (nats)", "1", "", ""],
        ["collapsed", "0 of 8", "", ""],
        ["log p(z)", "1", "", ""],
        ["log q(z)", "1", "", ""],
    ]
    fields = [
        {
            "name": name,
            "kind": "choice",
            "label": name,
            "help": "",
            "options": [["x", "x" * 30, ""]],
        }
        for name in ("data", "model", "decoder", "map", "kind", "more", "other", "last")
    ]
    visit(page)
    receive(page, model(mlp(latent=d)), keeps=keeps, readouts=rows, notes=LONG, controls=fields)
    box, side = (
        page.locator(where).bounding_box() for where in (".vv-files", ".vv-latent > .vv-side")
    )
    assert box
    assert side
    assert box["height"] < 40
    assert box["y"] + box["height"] <= side["y"] + side["height"] <= 720
    for row in (page.locator(".vv-readouts tr").first, page.locator(".vv-note")):
        row.scroll_into_view_if_needed()
        seen = row.bounding_box()
        assert seen
        assert seen["y"] >= side["y"] - 1
    inside = page.evaluate("""() => {
      const b = document.querySelector(".vv-files button"), r = b.getBoundingClientRect();
      return document.elementFromPoint(r.left + r.width / 2, r.top + r.height / 2) === b; }""")
    assert inside


def test_the_maps_of_the_holes_stand_side_by_side_at_one_height(page: Page) -> None:
    """Whichever title takes two lines."""
    grid = {
        "x": [-4, 4],
        "y": [-4, 4],
        "z": np.ones((5, 5), np.float32),
        "threshold": 0.5,
        "far": 2.0,
    }
    pads = [
        {
            "name": name,
            "source": "",
            "network": header(NETWORK2),
            "mu": np.zeros((4, 2), np.float32),
            "labels": np.zeros(4, np.int32),
            "share": "40.3 % ± 1.1 %",
            "compared": [0, 4],
            "grid": grid,
        }
        for name in ("autoencoder", "VAE")
    ]
    visit(page)
    receive(
        page,
        model(NETWORK2),
        settings={"tool": "holes"},
        extras={"holes": {"key": "k", "text": "", "pads": pads}},
    )
    stages = page.locator(".vv-coast .vv-stage")
    a, b = (stages.nth(k).bounding_box() for k in range(2))
    assert a
    assert b
    assert (a["y"], a["height"]) == (b["y"], b["height"])


@pytest.mark.parametrize("d", [2, 8, 16])
def test_read_outs_stay_in_sight_beside_many_dimensions(page: Page, d: int) -> None:
    kinds = ("data", "model", "decoder", "map", "a", "b", "c")
    fields = [
        {
            "name": name,
            "kind": "choice",
            "label": name,
            "help": "",
            "options": [["x", "x" * 30, ""]],
        }
        for name in kinds
    ]
    rows = [[name, "1", "", ""] for name in ("R (nats)", "collapsed", "log p(z)", "log q(z)")]
    keeps = [{"action": "csv", "label": "CSV", "help": ""}]
    visit(page)
    receive(
        page, model(mlp(latent=d)), controls=fields, readouts=rows, notes=["A line."], keeps=keeps
    )
    files = page.locator(".vv-files").bounding_box()
    for what in (".vv-readouts tr >> nth=-1", ".vv-note"):
        box = page.locator(what).bounding_box()
        assert box
        assert files
        assert box["y"] + box["height"] <= files["y"] + 1
    last = page.locator(".vv-dim input").last
    last.focus()
    page.keyboard.press("ArrowRight")
    expect(last).to_be_in_viewport()


def test_the_line_above_is_of_the_open_tab_and_a_scenes_ends_with_it(board: Page) -> None:
    lines = []
    for name in ("Manifold", "Arithmetic", "Traversals"):
        board.get_by_role("tab", name=name).click()
        lines.append(board.locator(".vv-notice").inner_text())
    assert len(set(lines)) == 3
    scene = {"name": "Near", "notice": "Look here.", "settings": {"tool": "manifold"}}
    receive(board, model(NETWORK), seq=1, scenes=[scene])
    board.get_by_role("button", name="Near").click()
    assert board.locator(".vv-notice").inner_text() == "Look here."
    board.get_by_role("tab", name="Arithmetic").click()
    assert board.locator(".vv-notice").inner_text() == lines[1]
