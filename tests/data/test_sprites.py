"""Sprites: numbering, geometry, symmetry, and images only on request."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vaeviz import data
from vaeviz.config import UserError
from vaeviz.data.dataset import split
from vaeviz.data.sprites import ANGLES, COUNTS, SCALES, SHAPE_NAMES, Sprites, sample
from vaeviz.data.stamps import HEART, MINOR, RADIUS, SHAPES

TOTAL = 737_280
AREAS = {"square": 2.0, "ellipse": MINOR * np.pi, "heart": (4 + np.pi) * HEART**2}
numbers = st.integers(0, TOTAL - 1)
factors = st.tuples(*(st.integers(0, count - 1) for count in COUNTS))
both = pytest.mark.parametrize("resolution", [32, 64])


def one(
    resolution: int, shape: int, scale: int, orientation: int, x: int = 16, y: int = 16
) -> np.ndarray:
    sprites = Sprites(resolution)  # type: ignore[arg-type]
    return sprites.draw(sprites.index([shape, scale, orientation, x, y]))[0].astype(np.float64)


@given(st.lists(numbers, min_size=1, max_size=20))
def test_number_to_factors_and_back(indices: list[int]) -> None:
    sprites = Sprites()
    assert sprites.index(sprites.factors(indices)).tolist() == indices


@given(st.lists(factors, min_size=1, max_size=20))
def test_factors_to_number_and_back(rows: list[tuple[int, ...]]) -> None:
    sprites = Sprites()
    assert sprites.factors(sprites.index(rows)).tolist() == [list(row) for row in rows]


def test_there_are_as_many_as_in_dsprites_and_y_runs_fastest() -> None:
    sprites = Sprites()
    assert len(sprites) == TOTAL == 3 * 6 * 40 * 32 * 32
    assert sprites.factors([0, 1, 32, 1024, 40_960, 245_760, TOTAL - 1]).tolist() == [
        [0, 0, 0, 0, 0],
        [0, 0, 0, 0, 1],
        [0, 0, 0, 1, 0],
        [0, 0, 1, 0, 0],
        [0, 1, 0, 0, 0],
        [1, 0, 0, 0, 0],
        [2, 5, 39, 31, 31],
    ]


@given(numbers)
@settings(deadline=None, max_examples=50)
def test_one_by_one_is_the_same_as_together(index: int) -> None:
    sprites = Sprites(32)
    companions = [0, index, TOTAL - 1, index]
    np.testing.assert_array_equal(sprites.draw(companions)[1], sprites.draw([index])[0])
    np.testing.assert_array_equal(sprites.draw(companions)[3], sprites.draw([index])[0])


def test_a_batch_longer_than_a_chunk_is_the_same_as_its_parts() -> None:
    some = sample(700, seed=5)
    whole = Sprites(64).draw(some)
    np.testing.assert_array_equal(
        whole[[0, 255, 256, 511, 512, 699]], Sprites(64).draw(some[[0, 255, 256, 511, 512, 699]])
    )


@given(factors, st.integers(0, 31), st.integers(0, 31))
@settings(deadline=None, max_examples=60)
def test_a_step_of_position_moves_the_picture_by_one_pixel_of_64(start, x: int, y: int) -> None:
    shape, scale, orientation, x0, y0 = start
    there = np.roll(one(64, shape, scale, orientation, x0, y0), (y - y0, x - x0), axis=(0, 1))
    np.testing.assert_array_equal(one(64, shape, scale, orientation, x, y), there)


@given(factors)
@settings(deadline=None, max_examples=60)
def test_two_steps_of_position_move_the_picture_by_one_pixel_of_32(start) -> None:
    shape, scale, orientation, x, y = start
    x, y = min(x, 29), min(y, 29)
    there = np.roll(one(32, shape, scale, orientation, x, y), (1, 1), axis=(0, 1))
    np.testing.assert_array_equal(one(32, shape, scale, orientation, x + 2, y + 2), there)


@both
@pytest.mark.parametrize("shape", range(3))
def test_the_centre_of_mass_follows_the_stated_position(resolution: int, shape: int) -> None:
    sprites = Sprites(resolution)  # type: ignore[arg-type]
    for x, y in ((0, 0), (31, 0), (7, 22)):
        # averaged over a whole turn, even the heart's mass lies at its centre
        turns = sprites.index([[shape, 3, turn, x, y] for turn in range(40)])
        image = sprites.draw(turns).mean(axis=0, dtype=np.float64)
        where = (np.arange(resolution) + 0.5) / resolution
        measured = (image.sum(0) @ where / image.sum(), image.sum(1) @ where / image.sum())
        np.testing.assert_allclose(measured, sprites.latents(turns)[0, 3:], atol=2e-4)


@both
@pytest.mark.parametrize("shape", range(3))
def test_area_is_the_closed_form_and_grows_with_scale(resolution: int, shape: int) -> None:
    areas = [
        np.mean([one(resolution, shape, scale, turn).sum() for turn in range(0, 40, 3)])
        for scale in range(6)
    ]
    unit = (RADIUS * resolution / 64) ** 2
    np.testing.assert_allclose(areas, AREAS[SHAPE_NAMES[shape]] * SCALES**2 * unit, rtol=0.01)
    assert (np.diff(areas) > 0).all()


@both
@pytest.mark.parametrize("scale", range(6))
def test_squares_repeat_after_90_degrees_ellipses_after_180(resolution: int, scale: int) -> None:
    for turn in range(10):
        np.testing.assert_allclose(
            one(resolution, 0, scale, turn), one(resolution, 0, scale, turn + 10), atol=0.02
        )
        np.testing.assert_allclose(
            one(resolution, 1, scale, turn), one(resolution, 1, scale, turn + 20), atol=0.02
        )


@pytest.mark.parametrize("shape", range(3))
def test_otherwise_all_forty_orientations_differ(shape: int) -> None:
    period = (10, 20, 40)[shape]
    images = [one(64, shape, 5, turn) for turn in range(period)]
    nearest = min(abs(a - b).sum() for i, a in enumerate(images) for b in images[:i])
    assert nearest > 10


@pytest.mark.parametrize("shape", range(3))
def test_orientation_turns_counter_clockwise(shape: int) -> None:
    stamp = np.s_[16:49, 16:49]  # rot90 turns counter-clockwise about its centre
    for turn in (0, 3):
        turned = np.rot90(one(64, shape, 5, turn)[stamp])
        np.testing.assert_allclose(one(64, shape, 5, turn + 10)[stamp], turned, atol=0.02)


def test_the_heart_stands_upright_and_has_two_lobes() -> None:
    heart = one(64, 2, 5, 0)
    np.testing.assert_array_equal(heart[:, 16:49], heart[:, 16:49][:, ::-1])
    rows = np.flatnonzero(heart.sum(1))
    assert np.count_nonzero(heart[rows[-1]]) <= 3  # a tip below
    top = heart[rows[0] + 1] > 0.5
    assert np.count_nonzero(np.diff(top.astype(int)) == 1) == 2  # two lobes above


@both
def test_no_shape_ever_touches_the_border(resolution: int) -> None:
    for corner in ((0, 0), (0, 31), (31, 0), (31, 31)):
        every = [[s, 5, o, *corner] for s in range(3) for o in range(40)]
        sprites = Sprites(resolution)  # type: ignore[arg-type]
        images = sprites.draw(sprites.index(every))
        cut = images.copy()
        cut[:, 1:-1, 1:-1] = 0
        # half a pixel of the 64×64 image is free all round, so no border pixel can be fully covered
        assert cut.max() < 1
        areas = images.sum(axis=(1, 2), dtype=np.float64)
        middle = sprites.draw(
            sprites.index([[s, 5, o, 16, 16] for s in range(3) for o in range(40)])
        )
        np.testing.assert_allclose(areas, middle.sum(axis=(1, 2), dtype=np.float64), rtol=1e-6)


@pytest.mark.parametrize("shape", SHAPES)
def test_shapes_fill_their_circle_and_no_more(shape: str) -> None:
    u, v = np.meshgrid(*2 * [np.linspace(-1.1, 1.1, 1501)])
    inside = SHAPES[shape](u, v)
    assert 0.99 < np.hypot(u, v)[inside].max() <= 1 + 1e-6
    assert inside.mean() * 2.2**2 == pytest.approx(AREAS[shape], rel=0.005)


def test_small_images_are_block_means_of_large_ones() -> None:
    some = sample(40, seed=9)
    large = Sprites(64).draw(some)
    blocks = large.reshape(40, 32, 2, 32, 2).mean(axis=(2, 4))
    np.testing.assert_allclose(Sprites(32).draw(some), blocks, atol=1e-6)


def test_latents_are_physical_values() -> None:
    sprites = Sprites()
    first, last = sprites.latents([0, TOTAL - 1])
    np.testing.assert_allclose(first, [0, 0.5, 0, 16.5 / 64, 16.5 / 64])
    np.testing.assert_allclose(last, [2, 1.0, 2 * np.pi * 39 / 40, 47.5 / 64, 47.5 / 64])
    assert len(set(ANGLES)) == 40


def test_memory_is_that_of_the_answer() -> None:
    sprites, some = Sprites(32), sample(2000, seed=3)
    sprites.draw(some)  # the stamps are cached by now
    tracemalloc.start()
    images = sprites.draw(some)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < images.nbytes + 24e6
    assert len(images) == 2000


def test_the_data_set_is_the_sample_with_shapes_for_classes() -> None:
    loaded = data.load("sprites")
    numbers_held_out = sample()[split(10_000)[1]]
    sprites = Sprites(32)
    np.testing.assert_array_equal(loaded.held_out_labels, sprites.factors(numbers_held_out)[:, 0])
    np.testing.assert_array_equal(
        loaded.held_out[:50], sprites.draw(numbers_held_out[:50]).reshape(50, -1)
    )
    assert len(set(sample())) == 10_000


def test_the_sample_is_spread_over_every_factor() -> None:
    drawn = Sprites().factors(sample())
    for column, count in zip(drawn.T, COUNTS, strict=True):
        share = np.bincount(column, minlength=count) / len(column)
        assert abs(share - 1 / count).max() < 5 * np.sqrt(1 / count / len(column))


def test_no_numbers_draw_no_images() -> None:
    assert Sprites(64).draw([]).shape == (0, 64, 64)


@pytest.mark.parametrize("wrong", [[-1], [TOTAL], [0.5], ["a"], [[0, 1]], [2**63]])
def test_numbers_out_of_range_are_refused(wrong: list) -> None:
    with pytest.raises(UserError, match="give 0 to 737279"):
        Sprites().draw(wrong)


@pytest.mark.parametrize(
    "wrong", [[3, 0, 0, 0, 0], [0, 6, 0, 0, 0], [0, 0, 0, 0, -1], [0, 0, 0, 0], [0.0] * 5]
)
def test_factors_out_of_range_are_refused(wrong: list) -> None:
    with pytest.raises(UserError, match="give"):
        Sprites().index(wrong)


def test_other_resolutions_are_refused() -> None:
    with pytest.raises(UserError, match="use 32 or 64"):
        Sprites(128)  # type: ignore[arg-type]
