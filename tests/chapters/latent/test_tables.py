"""Codes read back from both files are the same float32, row for row the data set's examples."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from vaeviz import data
from vaeviz.chapters.latent import tables
from vaeviz.chapters.latent.origin import Origin
from vaeviz.chapters.latent.space import Space, space
from vaeviz.data import catalogue
from vaeviz.measures.codecs.codec import LinearCodec
from vaeviz.theory import linear_vae

ORIGIN = Origin("toy", "multi-rate", Path("checkpoints/toy"), "a1b2" * 16, 2.0, 0.05, 0.1)


@lru_cache
def digits() -> Space:
    dataset = data.load("digits")
    return space(dataset, LinearCodec(linear_vae.spectrum(dataset.train), 16), 0.1, 3, "key")


def odd(values: Any) -> Space:
    """A space with codes (N, 2) that are hard to write."""
    mu = np.array(values, np.float32)
    return dataclasses.replace(
        digits(), mu=mu, logvar=mu.clip(-20, 10), labels=digits().labels[: len(mu)]
    )


AUTOENCODER = dataclasses.replace(digits(), logvar=None)
HARD = odd([[0.1, 1 / 3], [1e-30, -1e30], [16777217, -0.0], [np.pi, 1.1754944e-38]])


def read_csv(content: bytes) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """The first lines, and the columns by name, as text."""
    lines = content.decode().splitlines()
    about = dict(line[2:].split(": ", 1) for line in lines if line.startswith("#"))
    names, *rows = csv.reader(line for line in lines if not line.startswith("#"))
    columns = np.array(rows).T
    return {k: json.loads(v) for k, v in about.items()}, dict(zip(names, columns, strict=True))


def read_npz(content: bytes) -> dict[str, np.ndarray]:
    with np.load(io.BytesIO(content), allow_pickle=False) as file:
        return dict(file)


def codes(columns: dict[str, np.ndarray], name: str, d: int) -> np.ndarray:
    return np.stack([columns[f"{name}_{k + 1}"] for k in range(d)], axis=1).astype(np.float32)


@pytest.mark.parametrize("seen", [digits(), HARD])
def test_csv_gives_the_same_float32_again(seen: Space) -> None:
    assert seen.logvar is not None
    _, columns = read_csv(tables.csv(seen, ORIGIN))
    d = seen.mu.shape[1]
    np.testing.assert_array_equal(codes(columns, "mu", d).view(np.int32), seen.mu.view(np.int32))
    np.testing.assert_array_equal(codes(columns, "sigma", d), np.exp(seen.logvar / 2))
    assert list(columns)[:3] == ["index", "split", "label"]
    assert len(columns) == 3 + 2 * d


@pytest.mark.parametrize("seen", [digits(), HARD])
def test_npz_gives_the_same_float32_again(seen: Space) -> None:
    assert seen.logvar is not None
    found = read_npz(tables.npz(seen, ORIGIN))
    assert found["mu"].dtype == found["sigma"].dtype == np.float32
    np.testing.assert_array_equal(found["mu"].view(np.int32), seen.mu.view(np.int32))
    np.testing.assert_array_equal(found["sigma"], np.exp(seen.logvar / 2))


def test_index_split_and_label_are_the_examples() -> None:
    """The numbers count in the data set as it was read, before it was split."""
    entry = next(e for e in catalogue._ENTRIES if e.about.name == "digits")
    x, labels = entry.read()
    _, columns = read_csv(tables.csv(digits(), ORIGIN))
    index = columns["index"].astype(int)
    np.testing.assert_array_equal(x[index], digits().x)
    np.testing.assert_array_equal(labels[index], columns["label"].astype(int))
    assert sorted(index) == list(range(1797))
    held_out = data.load("digits").held_out
    np.testing.assert_array_equal(x[index[columns["split"] == "held-out"]], held_out)
    assert set(columns["split"]) == {"held-out", "train"}


def test_both_files_have_the_same_columns() -> None:
    _, columns = read_csv(tables.csv(digits(), ORIGIN))
    found = read_npz(tables.npz(digits(), ORIGIN))
    for name in ("index", "split", "label"):
        np.testing.assert_array_equal(found[name].astype(str), columns[name])


def test_both_say_where_the_codes_come_from() -> None:
    about, _ = read_csv(tables.csv(digits(), ORIGIN))
    assert (about["model"], about["sha256"], about["data"]) == ("toy", "a1b2" * 16, "digits")
    assert (about["beta"], about["sigma2"], about["tau"], about["d"]) == (2.0, 0.05, 0.1, 3)
    assert about["source"] == "closed form: the linear VAE, τ = 0.1, d = 3"
    assert about["examples"] == "359 held-out ones first, 1,797 of 1,797 in all"
    found = read_npz(tables.npz(digits(), ORIGIN))
    assert {name: found[name].tolist() for name in about} == about


def test_an_autoencoder_has_no_sigma() -> None:
    _, columns = read_csv(tables.csv(AUTOENCODER, ORIGIN))
    assert list(columns) == ["index", "split", "label", "mu_1", "mu_2", "mu_3"]
    assert "sigma" not in read_npz(tables.npz(AUTOENCODER, ORIGIN))


@pytest.mark.parametrize("name", ["beta", "sigma2", "tau"])
def test_of_what_there_is_not_nothing_is_said(name: str) -> None:
    origin = dataclasses.replace(ORIGIN, **{name: None})
    assert name not in read_csv(tables.csv(digits(), origin))[0]
    assert name not in read_npz(tables.npz(digits(), origin))


@pytest.mark.parametrize("name", ['a"b', "a\nindex,1", "Übung: #1", "=1+1"])
def test_a_name_stays_on_its_line(name: str) -> None:
    about, columns = read_csv(tables.csv(digits(), dataclasses.replace(ORIGIN, model=name)))
    assert about["model"] == name
    assert len(columns["index"]) == 1797


def test_the_same_bytes_every_time() -> None:
    assert tables.npz(digits(), ORIGIN) == tables.npz(digits(), ORIGIN)
    assert tables.csv(digits(), ORIGIN) == tables.csv(digits(), ORIGIN)
