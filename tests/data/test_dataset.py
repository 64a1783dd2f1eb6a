"""The held-out split, the digest, and the refusal of data that cannot be trained on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaeviz.config import UserError
from vaeviz.data.dataset import Dataset, Source, from_examples, split

ABOUT = Source(
    name="probe",
    title="Probe",
    shape=(2, 3),
    value_range=(0.0, 1.0),
    size=50,
    class_names=("a", "b"),
    source="this test",
    licence="MIT",
)


def examples() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(7)
    return rng.random((50, 6), dtype=np.float32), rng.integers(2, size=50)


@given(st.integers(1, 3000))
def test_the_split_covers_everything_once(count: int) -> None:
    train, held_out = split(count)
    assert sorted([*train, *held_out]) == list(range(count))
    assert len(held_out) == round(0.2 * count)


def test_the_split_is_the_first_fifth_of_the_stated_permutation() -> None:
    train, held_out = split(10)
    order = np.random.default_rng(0).permutation(10)
    assert held_out.tolist() == order[:2].tolist()
    assert train.tolist() == order[2:].tolist()


def test_labels_stay_with_their_examples() -> None:
    x, _ = examples()
    labels = (x[:, 0] > 0.5).astype(np.int64)
    made = from_examples(ABOUT, x, labels)
    np.testing.assert_array_equal(made.train_labels, made.train[:, 0] > 0.5)
    np.testing.assert_array_equal(made.held_out_labels, made.held_out[:, 0] > 0.5)


def test_the_digest_sees_every_value_and_label() -> None:
    x, labels = examples()
    original = from_examples(ABOUT, x.copy(), labels.copy()).digest
    assert len(original) == 16
    assert from_examples(ABOUT, x.copy(), labels.copy()).digest == original
    for row in (split(50)[0][3], split(50)[1][3]):
        changed_x, changed_labels = x.copy(), labels.copy()
        changed_x[row, 5] = np.nextafter(changed_x[row, 5], np.float32(0.5))
        changed_labels[row] = 1 - changed_labels[row]
        assert from_examples(ABOUT, changed_x, labels).digest != original
        assert from_examples(ABOUT, x, changed_labels).digest != original


@pytest.mark.parametrize("row", range(0, 50, 7))
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_nan_and_infinity_are_refused_wherever_they_are(row: int, bad: float) -> None:
    x, labels = examples()
    x[row, 4] = bad
    with pytest.raises(
        UserError, match=r"'probe' holds NaN or infinity in 1 of \d+ examples: .*choose another"
    ):
        from_examples(ABOUT, x, labels)


@pytest.mark.parametrize(
    ("x", "message"),
    [
        (np.full((50, 6), 1.01, np.float32), "runs from 1.01 to 1.01, outside 0 to 1"),
        (np.full((50, 6), -0.01, np.float32), "outside 0 to 1"),
        (np.zeros((50, 5), np.float32), r"shape \(40, 5\) where \(examples, 6\)"),
        (np.zeros((50, 2, 3), np.float32), "has shape"),
        (np.zeros((50, 6)), "holds float64"),
        (np.zeros((49, 6), np.float32), "49 examples and 50 labels"),
        (np.zeros((0, 6), np.float32), "0 examples"),
    ],
)
def test_values_that_break_the_promise_are_refused_in_one_line(x: np.ndarray, message: str) -> None:
    with pytest.raises(UserError, match=message) as caught:
        from_examples(ABOUT, x, examples()[1])
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "labels", [np.full(50, 2), np.full(50, -1), np.zeros(50), np.zeros((50, 1), np.int64)]
)
def test_labels_without_a_class_are_refused(labels: np.ndarray) -> None:
    with pytest.raises(UserError, match="labels"):
        from_examples(ABOUT, examples()[0], labels)


def test_a_dataset_built_directly_is_checked_too() -> None:
    x, labels = examples()
    with pytest.raises(UserError, match="NaN"):
        Dataset(ABOUT, x, np.full((5, 6), np.nan, np.float32), labels, labels[:5])


def test_the_cure_depends_on_where_the_set_comes_from() -> None:
    x, labels = examples()
    for embedded, cure in ((True, "reinstall"), (False, "delete its cached file")):
        with pytest.raises(UserError, match=cure):
            from_examples(replace(ABOUT, embedded=embedded), x + 1, labels)
