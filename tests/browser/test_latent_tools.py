"""The tools under the tabs: pictures equal the reference's, and marks are on the map."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.browser.bare_page import sent
from tests.browser.latent_page import densities, mlp, model, receive, visit
from tests.browser.test_latent_board import picture, place, values
from vaeviz.measures.codecs.network import decode, encode, header
from vaeviz.records import Array

pytestmark = pytest.mark.browser
NETWORK = mlp(latent=3)
MODEL = model(NETWORK)
KNOBS: dict[str, Any] = {
    "controls": [
        {"name": n, "label": n, "spoken": n, "help": "", "kind": "log", "min": 0.01, "max": 100}
        for n in ("beta", "sigma2")
    ],
    "settings": {"beta": 1.0, "sigma2": 0.1},
}


@pytest.fixture
def board(page: Page) -> Page:
    visit(page)
    receive(page, MODEL, settings={"a": 4, "b": 9})
    page.wait_for_function("document.querySelector('.vv-tool')?.dataset.drawn > 0")
    return page


def tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name).click()
    page.wait_for_timeout(150)


def click(page: Page, across: float, down: float) -> list[float]:
    """The code after a click on the tool's picture, at shares of its stage."""
    box = page.locator(".vv-tool .vv-stage").bounding_box()
    assert box
    page.locator(".vv-tool .vv-stage > canvas").click(
        position={"x": across * box["width"], "y": down * box["height"]}
    )
    page.wait_for_timeout(60)
    return values(page)


def decoded(z: Array) -> Array:
    return 255 * decode(NETWORK, z[None].astype(np.float32))[0]


def test_the_change_along_a_collapsed_row_is_measured(board: Page) -> None:
    z = np.zeros((7, 3), np.float32)
    for extent in (3, 1):
        z[:, 2] = np.linspace(-extent, extent, 7)
        change = 100 * np.ptp(decode(NETWORK, z), axis=0).max()
        words = board.locator(".vv-tool .vv-words")
        expect(words).to_contain_text(
            f"1 collapsed: a pixel of their rows changes by up to {change:.0f} %"
        )
        board.locator("[data-name=extent]").fill("1")
        board.locator("[data-name=extent]").blur()


@pytest.mark.parametrize(("pictured", "of"), [(200, ""), (50, " of the first 50")])
def test_the_nearest_codes_are_of_all_or_the_page_says_of_how_many(
    page: Page, pictured: int, of: str
) -> None:
    visit(page)
    receive(page, {**MODEL, "images": MODEL["images"][:pictured]})
    nearest = np.linalg.norm(MODEL["mu"][:pictured], axis=1).argsort()[:5]  # to the origin
    classes = ", ".join(str(MODEL["labels"][n]) for n in nearest)
    expect(page.locator(".vv-aside .vv-words").first).to_have_text(f"Nearest codes{of}: {classes}")


def test_the_ends_of_both_paths_are_the_reconstructions_of_a_and_b(board: Page) -> None:
    tab(board, "Interpolate")
    for share, n in ((0.17, 4), (0.99, 9)):
        for height in (0.05, 0.2):
            np.testing.assert_allclose(click(board, share, height), MODEL["mu"][n], atol=1e-5)
            assert np.abs(picture(board) - decoded(MODEL["mu"][n])).max() <= 1


def test_half_way_along_the_line_is_the_mean_and_along_the_circle_keeps_the_norm(
    board: Page,
) -> None:
    tab(board, "Interpolate")
    a, b = MODEL["mu"][[4, 9]]
    where = board.get_by_label("Place along the path")
    where.fill("0.5")
    board.wait_for_timeout(60)
    np.testing.assert_allclose(values(board), (a + b) / 2, atol=1e-5)
    board.locator("select[data-name=course]").select_option("spherical")
    where.fill("0.25")
    board.wait_for_timeout(60)
    norm = np.linalg.norm(values(board))
    assert norm == pytest.approx(0.75 * np.linalg.norm(a) + 0.25 * np.linalg.norm(b), abs=1e-5)


def test_the_length_of_a_path_is_that_of_what_it_decodes_to(board: Page) -> None:
    tab(board, "Interpolate")
    a, b = MODEL["mu"][[4, 9]]
    t = np.linspace(0, 1, 41)[:, None]
    length = np.linalg.norm(np.diff(decode(NETWORK, (1 - t) * a + t * b), axis=0), axis=1).sum()
    expect(board.locator(".vv-tool .vv-words")).to_contain_text(f"linear {length:.2f}")


def test_an_animation_moves_the_point_and_sends_nothing_before_it_stops(board: Page) -> None:
    tab(board, "Interpolate")
    board.wait_for_timeout(400)
    receive(board, seq=len(sent(board)))
    before = len(sent(board))
    board.get_by_role("button", name="▶").click()
    board.wait_for_timeout(700)
    assert board.locator(".vv-tool .vv-where").input_value() != "0"
    assert len(sent(board)) == before
    board.get_by_role("button", name="⏸").click()
    board.wait_for_timeout(500)
    assert len(sent(board)) == before + 1


def test_a_drawing_is_encoded_decoded_and_shown_on_the_map(board: Page) -> None:
    tab(board, "Draw your own")
    overlay = "document.querySelector('.vv-pad-map .vv-overlay').toDataURL()"
    before = board.evaluate(overlay)
    board.get_by_role("button", name="Copy A").click()
    board.wait_for_timeout(60)
    ink = picture(board, ".vv-paper canvas")
    assert (ink == MODEL["images"][4].ravel()).all()
    mu = encode(NETWORK, ink[None].astype(np.float32) / 255)[0][0]
    assert np.abs(picture(board, ".vv-back canvas") - decoded(mu)).max() <= 1
    assert board.evaluate(overlay) != before
    board.get_by_role("button", name="To the point").click()
    board.wait_for_timeout(60)
    np.testing.assert_allclose(values(board), mu, atol=1e-5)


def test_a_pen_leaves_ink_an_eraser_takes_it(board: Page) -> None:
    tab(board, "Draw your own")
    box = board.locator(".vv-paper canvas").bounding_box()
    assert box
    across = [(box["x"] + s * box["width"], box["y"] + 0.5 * box["height"]) for s in (0.2, 0.8)]

    def stroke() -> Array:
        board.mouse.move(*across[0])
        board.mouse.down()
        board.mouse.move(*across[1], steps=4)
        board.mouse.up()
        return picture(board, ".vv-paper canvas").reshape(8, 8)

    drawn = stroke()
    assert drawn[3:5, 2:6].min() > 100
    assert drawn[[0, 7]].max() == 0
    board.get_by_role("button", name="Eraser").click()
    assert stroke()[3:5, 2:6].max() < 155
    board.get_by_role("button", name="Clear").click()
    assert picture(board, ".vv-paper canvas").max() == 0


def test_arithmetic_adds_a_class_difference_to_an_example(board: Page) -> None:
    tab(board, "Arithmetic")
    means = MODEL["class_means"]
    board.locator(".vv-tool select[data-name=plus]").select_option("3")
    board.locator(".vv-tool select[data-name=minus]").select_option("7")
    board.locator(".vv-tool input[type=range]").fill("0.5")
    board.wait_for_timeout(60)
    np.testing.assert_allclose(
        values(board), MODEL["mu"][4] + 0.5 * (means[3] - means[7]), atol=1e-5
    )
    board.locator(".vv-tool input[type=range]").fill("0")
    board.wait_for_timeout(60)
    np.testing.assert_allclose(values(board), MODEL["mu"][4], atol=1e-5)


def test_a_row_for_each_example_takes_the_point_to_its_sum(board: Page) -> None:
    tab(board, "Arithmetic")
    board.wait_for_timeout(300)
    box = board.locator(".vv-tool .vv-stage").bounding_box()
    assert box
    difference = np.subtract(*MODEL["class_means"][[1, 0]])
    for name, row, start in (
        ("b", 1, MODEL["mu"][9]),
        ("origin", 2, np.zeros(3)),
        ("a", 0, MODEL["mu"][4]),
    ):
        z = click(
            board, 0.99, (21 + (row + 0.5) * box["width"] / 10) / box["height"]
        )  # the largest strength
        np.testing.assert_allclose(z, start + 2 * difference, atol=1e-5)
        assert np.abs(picture(board) - decoded(np.array(z))).max() <= 1
        expect(board.locator(".vv-tool select[data-name=base]")).to_have_value(name)


def test_what_is_added_to_the_point_is_added_once(board: Page) -> None:
    tab(board, "Arithmetic")
    board.locator(".vv-tool select[data-name=base]").select_option("origin")
    board.locator(".vv-tool select[data-name=base]").select_option("point")
    for strength in ("2", "1"):
        board.locator(".vv-tool input[type=range]").fill(strength)
        board.wait_for_timeout(60)
    np.testing.assert_allclose(values(board), np.subtract(*MODEL["class_means"][[1, 0]]), atol=1e-5)


def test_the_manifold_is_at_the_priors_quantiles(board: Page) -> None:
    tab(board, "Manifold")
    board.wait_for_timeout(500)
    box = board.locator(".vv-tool .vv-stage").bounding_box()
    assert box
    z = click(board, 0.5 * box["height"] / box["width"], 0.5)  # the middle of a square at the left
    np.testing.assert_allclose(z, 0, atol=1e-5)


def holes() -> dict[str, Any]:
    grid = np.linspace(0, 10, 41 * 41, dtype=np.float32).reshape(41, 41)
    sheet = {"x": [-4, 4], "y": [-4, 4], "z": grid, "threshold": 5, "far": 10}
    pad = {
        "source": "random",
        "network": header(mlp(latent=2)),
        "mu": MODEL["mu"][:, :2],
        "share": "50 % ± 1 %",
        "compared": [100, 200],
        "labels": MODEL["labels"],
        "grid": sheet,
    }
    return {
        "key": "h",
        "text": 6 * "Draws near the data: autoencoder 31.6 % ± 1.0 %, VAE 77.3 % ± 0.9 %. ",
        "pads": [{**pad, "name": n} for n in ("AE", "VAE")],
    }


def far(y: float) -> str:
    """The distance of the code (0, y) to the nearest of the last hundred examples."""
    x = decode(mlp(latent=2), np.array([[0, y]], np.float32))
    pictures = MODEL["images"][100:].reshape(100, 64) / 255
    return f"distance {np.linalg.norm(x - pictures, axis=1).min():.2f}"


def test_holes_show_two_maps_and_say_how_far_the_data_are(board: Page) -> None:
    receive(board, seq=1, **KNOBS)
    tab(board, "Holes")
    expect(board.locator(".vv-tool .vv-words").first).to_contain_text("Measuring")
    receive(board, seq=99, extras={"holes": holes()}, **KNOBS)
    expect(
        board.get_by_role("heading", name="VAE: 50 % ± 1 % of prior samples near data")
    ).to_be_visible()
    assert board.locator(".vv-coast").count() == 2
    expect(board.locator(".vv-coast").first).to_contain_text(f"(0.00, 0.00): {far(0)}")
    board.locator(".vv-coast .vv-overlay").first.focus()
    for _ in range(10):
        board.keyboard.press("ArrowUp")
    board.wait_for_timeout(60)
    expect(board.locator(".vv-coast").first).to_contain_text(f"(0.00, 1.00): {far(1)}")
    expect(board.locator(".vv-coast").last).to_contain_text(f"(0.00, 0.00): {far(0)}")
    for name in KNOBS["settings"]:  # of another model than the two
        expect(board.locator(f"[data-name={name}]").first).to_be_disabled()
    expect(board.locator(".vv-readouts")).to_be_hidden()
    expect(board.locator(".vv-elsewhere")).to_be_visible()
    keys = board.locator(".vv-coast").first.locator(".vv-key")
    assert "vv-key-wash" in (keys.first.get_attribute("class") or "")
    assert keys.first.get_attribute("data-end") == "10.00 or more"
    expect(keys).to_have_count(4)  # the wash, its line, and both kinds of random points
    lacking = holes()
    for pad in lacking["pads"]:
        pad["compared"] = [100, 201]
    receive(board, seq=100, extras={"holes": {**lacking, "key": "lacking"}}, **KNOBS)
    expect(board.locator(".vv-coast").last).to_contain_text("distance 5.00 in this cell")
    tab(board, "Traversals")
    expect(board.locator("[data-name=beta]").first).to_be_enabled()
    expect(board.locator(".vv-elsewhere")).to_be_hidden()
    board.mouse.move(*place(board, 1, 1))
    board.wait_for_timeout(60)
    np.testing.assert_allclose(values(board)[:2], [1, 1], atol=0.03)


def test_prior_and_aggregate_say_their_divergence(board: Page) -> None:
    tab(board, "Prior and aggregate")
    kl = np.array([0.2, 0.1, 0.0], np.float32)
    aggregate = {"text": "KL(q(z)‖p) = 0.42 ± 0.03 nats.", "kl": kl, "error": kl / 10}
    receive(board, seq=99, extras={"aggregate": aggregate, "densities": densities(3)})
    expect(board.locator(".vv-tool .vv-words")).to_have_text("KL(q(z)‖p) = 0.42 ± 0.03 nats.")
    alt = board.locator(".vv-tool .vv-stage canvas").get_attribute("aria-label") or ""
    assert alt.endswith("dimension 1: 0.20 nats, dimension 2: 0.10 nats, dimension 3: 0.00 nats")


def test_contours_are_drawn_where_they_fit_the_map(board: Page) -> None:
    base = "document.querySelector('.vv-pad-map .vv-canvas').toDataURL()"
    x = np.linspace(-3, 3, 31, dtype=np.float32)
    z = np.exp(-(x[:, None] ** 2) - x[None] ** 2)
    grid = {"dims": [0, 1], "x": [-3, 3], "y": [-3, 3], "z": z, "levels": [0.1, 0.5]}
    before = board.evaluate(base)
    receive(
        board, seq=98, extras={"contours": {**grid, "dims": [0, 2]}}, settings={"contours": "on"}
    )
    assert board.evaluate(base) == before
    receive(board, seq=99, extras={"contours": grid})
    assert board.evaluate(base) != before


def test_on_principal_axes_the_pointer_moves_in_their_plane(board: Page) -> None:
    axes = np.array([[0.6, 0.8, 0], [0, 0, 1]], np.float32)
    mean = np.array([0.5, 0, 0], np.float32)
    pca = {"points": (MODEL["mu"] - mean) @ axes.T, "axes": axes, "mean": mean}
    receive(board, seq=99, extras={"embedding": {"pca": pca}}, settings={"map": "pca"})
    board.mouse.move(*place(board, 1.0, -1.0))
    board.wait_for_timeout(60)
    z = np.array(values(board))
    np.testing.assert_allclose((z - mean) @ axes.T, [1, -1], atol=0.03)
    assert [0.8, -0.6, 0] @ z == pytest.approx(
        0, abs=1e-5
    )  # at right angles to the plane nothing moves


def test_tabs_follow_the_arrow_keys(board: Page) -> None:
    board.get_by_role("tab", name="Traversals").focus()
    board.keyboard.press("ArrowRight")
    expect(board.get_by_role("tab", name="Manifold")).to_have_attribute("aria-selected", "true")
    expect(board.get_by_role("tab", name="Manifold")).to_be_focused()
    board.wait_for_timeout(400)
    assert sent(board)[-1]["settings"]["tool"] == "manifold"


def test_files_are_requested_and_saved_once(board: Page) -> None:
    receive(board, seq=98, keeps=[{"action": "codes", "label": "Codes", "help": "As CSV"}])
    board.get_by_role("button", name="Codes").click()
    assert sent(board)[-1]["actions"] == [{"id": 1, "name": "codes"}]
    file = {
        "id": "1",
        "name": "codes.csv",
        "type": "text/csv",
        "bytes": np.frombuffer(b"z1,z2\n", np.uint8),
    }
    with board.expect_download() as kept:
        receive(board, seq=99, done=1, files=[file])
    assert kept.value.path().read_bytes() == b"z1,z2\n"
    receive(board, seq=100, done=1, files=[file])


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_everything_fits_on_a_projector(board: Page, theme: str) -> None:
    receive(board, seq=99, theme=theme, extras={"holes": holes(), "densities": densities(3)})
    for name in ("Traversals", "Manifold", "Interpolate", "Draw", "Arithmetic", "Holes", "Prior"):
        tab(board, name)
        assert board.evaluate("document.documentElement.scrollHeight") <= 720
        box = board.locator(".vv-tool").bounding_box()
        assert box
        assert box["y"] + box["height"] <= 720


@pytest.mark.parametrize("which", ["pca", "tsne"])
def test_a_map_that_is_on_its_way_says_what_it_shows_until_then(board: Page, which: str) -> None:
    receive(board, seq=98, settings={"map": which})
    title = board.locator(".vv-pad-map .vv-title")
    expect(title).to_have_text(f"Two axes until {'PCA' if which == 'pca' else 't-SNE'} is there")
    assert title.evaluate("(h) => h.scrollWidth <= h.clientWidth")
    axes = np.eye(2, 3, dtype=np.float32)
    laid = {
        "points": np.ascontiguousarray(MODEL["mu"][:, :2]),
        "axes": axes,
        "mean": np.zeros(3, np.float32),
    }
    receive(board, seq=99, settings={"map": which}, extras={"embedding": {which: laid}})
    expect(title).to_have_text("μ of 200 examples")


def test_an_autoencoders_densities_are_not_called_posteriors(page: Page) -> None:
    """What is written is read as it is drawn."""
    visit(page)
    page.evaluate(
        """() => { window.written = []; const draw = CanvasRenderingContext2D.prototype.fillText;
      CanvasRenderingContext2D.prototype.fillText = function (text, ...at) {
        window.written.push(text); draw.call(this, text, ...at); }; }"""
    )
    for plain in (False, True):
        page.evaluate("window.written = []")
        sent_model = model(NETWORK, seed=int(plain), variational=not plain)
        receive(
            page,
            sent_model,
            seq=int(plain),
            settings={"tool": "aggregate"},
            extras={"densities": densities(3)},
        )
        page.wait_for_timeout(300)
        written = page.evaluate("window.written")
        assert ("density of the codes" in written) is plain
        assert ("aggregate posterior q(z)" in written) is not plain
        assert any("KL" in text for text in written) is not plain
        assert any("prior standard deviations" in text for text in written) is not plain


LAID = {"points": MODEL["mu"][:, :2].copy()}


@pytest.mark.parametrize(
    ("name", "head"),
    [
        ("Holes", {"extras": {"holes": {"key": "k", "text": "There is no pair.", "pads": []}}}),
        (
            "Manifold",
            {
                "settings": {"map": "tsne", "tool": "manifold"},
                "extras": {"embedding": {"tsne": LAID}},
            },
        ),
    ],
)
def test_a_tool_with_nothing_to_draw_says_so_in_its_middle(
    board: Page, name: str, head: dict[str, Any]
) -> None:
    words = board.locator(".vv-tool > .vv-words")
    tab(board, name)
    board.wait_for_timeout(500)  # until the board has spoken, and takes settings from a message
    receive(board, seq=98, **head)
    tool, line = (place.bounding_box() for place in (board.locator(".vv-tool"), words))
    assert tool
    assert line
    assert (
        abs(line["y"] + line["height"] / 2 - tool["y"] - tool["height"] / 2) < 0.15 * tool["height"]
    )
    assert not board.locator(".vv-tool .vv-head").is_visible()
    tab(board, "Traversals")
    assert board.locator(".vv-tool .vv-head").is_visible()
