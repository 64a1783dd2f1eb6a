"""The notebook is valid, runs from its first line to its last, and makes the very view that the
page has.
"""

from __future__ import annotations

import ast
import dataclasses
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import plotly.graph_objects as go
import pytest

import vaeviz
from vaeviz import checkpoints, data
from vaeviz.chapters.latent.notebook import Look, notebook
from vaeviz.chapters.latent.origin import Origin
from vaeviz.chapters.latent.space import Space, space
from vaeviz.checkpoints import SHIPPED, Manifest
from vaeviz.config import RunSettings
from vaeviz.measures.codecs.codec import Codec, LinearCodec
from vaeviz.measures.codecs.network import decode
from vaeviz.measures.codecs.torch_codec import DedicatedCodec, MultiRateCodec
from vaeviz.measures.latent import tsne
from vaeviz.models import vae
from vaeviz.models.multi_rate import MultiRateVAE
from vaeviz.records import Array, Curve, Embedding
from vaeviz.theory import linear_vae

Run = tuple[dict[str, Any], list[go.Figure]]


def no_curve(d: int) -> Curve:
    raise LookupError


@lru_cache
def multi_rate(name: str, tau: float, d: int) -> tuple[Space, Origin]:
    """A shipped model's space, and where it comes from."""
    model, about = checkpoints.load(SHIPPED / name)
    assert isinstance(model, MultiRateVAE)
    codec: Codec = MultiRateCodec(
        model, about.settings["likelihood"], no_curve, f"multi-rate model {name}"
    )
    sigma2 = tau / 2 if about.settings["likelihood"] == "gaussian" else None
    origin = Origin(
        name, "multi-rate", SHIPPED / name, about.sha256, 2.0 if sigma2 else tau, sigma2, tau
    )
    return space(data.load(about.data), codec, tau, d, name), origin


def kept(name: str, **given: Any) -> tuple[Space, Origin]:
    """A dedicated model of the digits, saved where the current folder keeps such."""
    run = RunSettings(**{"widths": (9,), "latent": 3, **given})
    model = vae.build(run, (8, 8)).eval().requires_grad_(False)
    draft = Manifest(name, "vae", run.to_json(), "digits", "0" * 16, 0, 1200, {})
    about = checkpoints.save(model, Path("runs/kept"), draft)
    codec: Any = DedicatedCodec(model, run.likelihood, 0.1, "kept")
    seen = space(data.load("digits"), codec, 0.1, 3, name, run.variational)
    return seen, Origin(name, "dedicated", Path("runs/kept") / name, about.sha256, 1.0, 0.1, 0.1)


def look(seen: Space, **given: Any) -> Look:
    d = seen.mu.shape[1]
    first = Look(
        np.linspace(0.3, -1.7, d, dtype=np.float32), (d - 1, 0), 4, 11, "dims", "point", 2.5
    )
    return dataclasses.replace(first, **given)


def cells(content: bytes) -> list[str]:
    """The code of a valid notebook."""
    read = nbformat.reads(content.decode(), as_version=4)
    nbformat.validate(read, relax_add_props=False)
    assert [cell.cell_type for cell in read.cells] == [
        "markdown",
        *["code"] * (len(read.cells) - 1),
    ]
    return [cell.source for cell in read.cells[1:]]


def execute(content: bytes) -> Run:
    """All cells in one namespace, as a notebook has it; what is in it at the end, and each cell's
    figure.
    """
    names: dict[str, Any] = {}
    figures: list[go.Figure] = []
    for source in cells(content):
        exec(compile(source, "cell", "exec"), names)
        if (figure := names.pop("figure", None)) is not None:
            assert source.endswith("\nfigure")
            json.loads(figure.to_json())
            figures.append(figure)
    return names, figures


def drawn(figure: go.Figure, name: str) -> Array:
    """The places (n, 2) of a trace."""
    trace = next(trace for trace in figure.data if trace.name == name)
    return np.stack([trace.x, trace.y], axis=1)


def check_map(figure: go.Figure, seen: Space, shown: Look) -> None:
    dims = list(shown.dims)
    for k, name in enumerate(seen.about.class_names):
        np.testing.assert_array_equal(drawn(figure, name), seen.mu[seen.labels == k][:, dims])
    np.testing.assert_allclose(
        drawn(figure, "the point"), [np.asarray(shown.point)[dims]], atol=1e-7
    )
    np.testing.assert_array_equal(drawn(figure, "examples"), seen.mu[[shown.a, shown.b]][:, dims])


def check_traversals(figure: go.Figure, seen: Space, centre: Array, extent: float) -> None:
    """Row r moves the dimension with the r-th largest KL; its middle picture is the centre's."""
    (h, w), d = seen.about.shape, seen.mu.shape[1]
    tiles = np.asarray(figure.data[0].z).reshape(d, h, 11, w).swapaxes(1, 2).reshape(d, 11, -1)
    order = np.argsort(-seen.kl, kind="stable")
    codes = np.tile(centre, (d, 11, 1))
    codes[np.arange(d), :, order] += extent * np.linspace(-1, 1, 11)
    wanted = decode(seen.network, codes.reshape(-1, d)).reshape(d, 11, -1)
    np.testing.assert_allclose(tiles, wanted, atol=1e-5)
    assert list(figure.layout.yaxis.ticktext) == [f"z{k + 1}" for k in order]
    assert (figure.data[0].zmin, figure.data[0].zmax) == seen.about.value_range


@pytest.mark.parametrize(
    ("name", "tau", "d"), [("digits", 0.1, 8), ("digits", 0.02, 1), ("digits-bernoulli", 2.0, 4)]
)
def test_a_multi_rate_model_is_seen_again(name: str, tau: float, d: int) -> None:
    seen, origin = multi_rate(name, tau, d)
    shown = look(seen)
    names, figures = execute(notebook(seen, origin, shown))
    np.testing.assert_array_equal(names["mu"], seen.mu)
    np.testing.assert_array_equal(names["logvar"], seen.logvar)
    np.testing.assert_array_equal(names["labels"], seen.labels)
    assert (names["tau"], names["model"].source) == (tau, seen.network.source)
    check_map(figures[0], seen, shown)
    check_traversals(figures[1], seen, np.asarray(shown.point), 2.5)


@pytest.mark.parametrize(
    "likelihood", ["gaussian", "gaussian-learned", "gaussian-per-pixel", "categorical"]
)
def test_a_dedicated_model_is_seen_again(
    likelihood: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the folder in which it was kept, by a relative path."""
    monkeypatch.chdir(tmp_path)
    seen, origin = kept("mine", likelihood=likelihood)
    shown = look(seen)
    content = notebook(seen, origin, shown)
    assert b"checkpoint = 'runs/kept/mine'" in content
    names, figures = execute(content)
    np.testing.assert_array_equal(names["mu"], seen.mu)
    np.testing.assert_array_equal(names["sigma"], np.exp(names["logvar"] / 2))
    check_map(figures[0], seen, shown)
    check_traversals(figures[1], seen, np.asarray(shown.point), 2.5)


def test_an_autoencoder_has_codes_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    seen, origin = kept("plain", variational=False)
    shown = look(seen)
    names, figures = execute(
        notebook(seen, dataclasses.replace(origin, beta=None, tau=None), shown)
    )
    np.testing.assert_array_equal(names["mu"], seen.mu)
    assert "sigma" not in names
    assert len(figures[0].layout.shapes) == 2
    check_map(figures[0], seen, shown)
    check_traversals(figures[1], seen, np.asarray(shown.point), 2.5)


def test_the_closed_form_has_no_checkpoint() -> None:
    dataset = data.load("three-gaussians")
    codec = LinearCodec(linear_vae.spectrum(dataset.train), dataset.about.max_latent)
    seen = space(dataset, codec, 0.1, 2, "key")
    shown = look(seen)
    origin = Origin(codec.source, "closed form", None, "", 1.0, 0.1, 0.1)
    names, figures = execute(notebook(seen, origin, shown))
    np.testing.assert_array_equal(names["mu"], seen.mu)
    check_map(figures[0], seen, shown)
    for name, k in (("z1 moved", 0), ("z2 moved", 1)):
        moved = np.tile(shown.point, (11, 1))
        moved[:, k] += np.linspace(-2.5, 2.5, 11)
        np.testing.assert_allclose(drawn(figures[1], name), decode(seen.network, moved), atol=1e-5)


def test_circles_and_ellipses_are_to_scale() -> None:
    seen, origin = multi_rate("digits", 0.1, 8)
    shown = look(seen)
    shapes = execute(notebook(seen, origin, shown))[1][0].layout.shapes
    assert seen.logvar is not None
    dims = list(shown.dims)
    places = [(np.zeros(2), np.ones(2))]
    places += [(seen.mu[n, dims], np.exp(seen.logvar[n, dims] / 2)) for n in (shown.a, shown.b)]
    boxes = [[*(m - r * s), *(m + r * s)] for m, s in places for r in (1, 2)]
    np.testing.assert_allclose([[s.x0, s.y0, s.x1, s.y1] for s in shapes], boxes, rtol=1e-5)


def test_on_the_principal_axes() -> None:
    seen, origin = multi_rate("digits", 0.1, 8)
    shown = look(seen, map="pca")
    _, figures = execute(notebook(seen, origin, shown))
    centred = seen.mu - seen.mu.mean(0)
    axes = np.linalg.svd(centred, full_matrices=False)[2][:2]  # (2, d)
    found, wanted = (
        drawn(figures[0], "the point")[0],
        axes @ (np.asarray(shown.point) - seen.mu.mean(0)),
    )
    np.testing.assert_allclose(np.abs(found), np.abs(wanted), atol=1e-4)
    circles = figures[0].layout.shapes
    assert len(circles) == 2
    middle = [(circles[0].x0 + circles[0].x1) / 2, (circles[0].y0 + circles[0].y1) / 2]
    np.testing.assert_allclose(np.abs(middle), np.abs(axes @ seen.mu.mean(0)), atol=1e-4)


def test_in_an_embedding_the_point_is_at_its_nearest_example(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen, origin = multi_rate("digits", 0.1, 8)
    monkeypatch.setattr(tsne, "tsne", lambda mu: Embedding(10 * mu[:, :2], "t-SNE", "fake"))
    monkeypatch.setattr("vaeviz.chapters.latent.notebook.ENOUGH", 900)
    shown = look(seen, map="tsne", point=seen.mu[17] + 1e-3, b=1200)
    _, figures = execute(notebook(seen, origin, shown))
    np.testing.assert_array_equal(drawn(figures[0], "the point"), 10 * seen.mu[17:18, :2])
    near = ((seen.mu[:900] - seen.mu[1200]) ** 2).sum(1).argmin()
    np.testing.assert_array_equal(drawn(figures[0], "examples"), 10 * seen.mu[[shown.a, near], :2])
    one = seen.mu[:900][seen.labels[:900] == 3]
    np.testing.assert_array_equal(drawn(figures[0], seen.about.class_names[3]), 10 * one[:, :2])
    assert not figures[0].layout.shapes


@pytest.mark.parametrize("around", ["point", "a", "b", "origin"])
def test_traversals_are_around_what_was_chosen(around: Any) -> None:
    seen, origin = multi_rate("digits", 0.1, 8)
    shown = look(seen, around=around, extent=1.5)
    centre = {"point": shown.point, "a": seen.mu[4], "b": seen.mu[11], "origin": np.zeros(8)}[
        around
    ]
    _, figures = execute(notebook(seen, origin, shown))
    check_traversals(figures[1], seen, np.asarray(centre), 1.5)


def test_other_weights_are_not_taken_for_these() -> None:
    seen, origin = multi_rate("digits", 0.1, 8)
    other = dataclasses.replace(origin, sha256="0" * 64)
    with pytest.raises(AssertionError, match="made again"):
        execute(notebook(seen, other, look(seen)))


@pytest.mark.parametrize(
    "name", ["x'; raise SystemExit #", 'a"""\nraise SystemExit\n"""', "a\nb\\", "{d}", "\u202ea"]
)
def test_no_name_becomes_code(name: str) -> None:
    """Of the cell with values, nothing but constants is assigned; the others have none of them."""
    seen, origin = multi_rate("digits", 0.1, 8)
    odd = dataclasses.replace(origin, model=name, checkpoint=Path("runs") / name, sha256=name)
    first, *others = cells(notebook(seen, odd, look(seen)))
    assert others == cells(notebook(seen, origin, look(seen)))[1:]
    names: dict[str, Any] = {}
    exec(first, names)
    assert names["checkpoint"] == f"runs/{name}"
    assert names["sha256"] == name
    kinds = {type(node) for node in ast.parse(first).body}
    assert kinds == {ast.Import, ast.Assign}


@pytest.mark.parametrize("map", ["dims", "pca", "tsne"])
def test_it_uses_the_public_face_alone(map: Any) -> None:
    seen, origin = multi_rate("digits", 0.1, 8)
    texts = cells(notebook(seen, origin, look(seen, map=map)))
    nodes = [node for text in texts for node in ast.walk(ast.parse(text))]
    assert not [node for node in nodes if isinstance(node, ast.ImportFrom)]
    imported = {a.name for node in nodes if isinstance(node, ast.Import) for a in node.names}
    assert imported == {"numpy", "vaeviz", "plotly.graph_objects"}
    attributes = [node for node in nodes if isinstance(node, ast.Attribute)]
    used = {node.attr for node in attributes if ast.unparse(node.value) == "vaeviz"}
    assert {"load", "open_checkpoint", "LIGHT"} <= used <= set(vaeviz.__all__)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_number_has_to_be_one(bad: float) -> None:
    seen, origin = multi_rate("digits", 0.1, 8)
    with pytest.raises(ValueError, match="no number"):
        notebook(seen, origin, look(seen, point=np.full(8, bad)))


def test_the_project_is_not_named_by_where_it_lies() -> None:
    seen, origin = multi_rate("digits", 0.1, 8)
    content = notebook(seen, origin, look(seen))
    assert b"checkpoint = 'checkpoints/digits'" in content
    assert str(SHIPPED.parent).encode() not in content


def test_the_same_bytes_every_time_and_short() -> None:
    seen, origin = multi_rate("digits", 0.1, 8)
    content = notebook(seen, origin, look(seen))
    assert content == notebook(seen, origin, look(seen))
    assert len(content) < 8000
    assert max(len(line) for text in cells(content) for line in text.splitlines()) <= 110
