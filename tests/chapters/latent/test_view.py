"""The page's settings: what fits a model, what is ready to be chosen, and what the browser begins
with.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.chapters.latent.contexts import closed_form
from tests.chapters.untrusted import addressed, any_valid, valid
from vaeviz.chapters.chapter import Scene
from vaeviz.chapters.controls import controls, repaired, rules
from vaeviz.chapters.latent.scenes import SCENES
from vaeviz.chapters.latent.space import DEAD
from vaeviz.chapters.latent.view import CONTROLS, DIMENSIONS, RULES, LatentView
from vaeviz.chapters.model.settings import MODEL, ModelView, always
from vaeviz.chapters.settings import Note, Real, declared, defaults, parse, query
from vaeviz.checkpoints.keeping import RESERVED as MULTI_RATE
from vaeviz.figures.theme import LIGHT
from vaeviz.measures.observe import kl_per_dimension
from vaeviz.serve import models
from vaeviz.serve.probes import Probe

Probes = Callable[[str], Probe]
FIELDS = declared(LatentView)
LIVE = Path(__file__).parents[3] / "vaeviz" / "live"
VIEWS = any_valid(LatentView)
NAMES = ("digits", "moons", "three-gaussians")


def source(words: str) -> str:
    """The browser's module with these words."""
    texts = [path.read_text(encoding="utf-8") for path in LIVE.rglob("*.js")]
    (text,) = [text for text in texts if words in text]
    return text


def test_a_dedicated_model_is_named_with_all_that_it_would_set() -> None:
    own = LatentView(model="mine")
    assert set(addressed(query(own, always(own)))) == set(MODEL)
    drawing = LatentView(tool="draw")
    assert set(addressed(query(drawing, always(drawing)))) == {"tool"}


def test_what_is_no_value_leaves_what_was_there() -> None:
    before = LatentView(beta=7.0, point="1,2", tool="draw")
    view, notes = parse({"beta": "x", "point": "1,x", "tool": None}, before)
    assert view == before
    assert len(notes) == 3


def test_only_the_defaults_differ_from_what_other_pages_say_of_a_model() -> None:
    shared = declared(ModelView)
    assert {name: FIELDS[name] for name in shared} == shared
    assert (defaults(LatentView)["data"], defaults(LatentView)["d"]) == ("mnist-5k", 2)


# what a model allows
# ------------------------------------------------------------------------------------------------


def fitted(view: LatentView, probe: Probe) -> tuple[LatentView, list[Note]]:
    """What the rules make of a view, and what they say."""
    context = closed_form(probe)
    context.rules = RULES
    return repaired(dataclasses.replace(view, data=probe.data.name), context)


@given(VIEWS, st.sampled_from(NAMES))
def test_what_fits_is_within_the_models_limits(probe: Probes, view: LatentView, name: str) -> None:
    p = probe(name)
    fit, _ = fitted(view, p)
    valid(fit)
    assert max(fit.a, fit.b) < len(p.data.held_out) + len(p.data.train)
    assert 1 <= fit.d <= p.data.about.max_latent
    for axis in (fit.i, fit.j):
        assert axis == "auto" or 1 <= int(axis) <= fit.d
    assert fit.map != "pca" or fit.d > 1
    assert fitted(fit, p) == (fit, [])


@given(VIEWS, st.sampled_from(NAMES))
def test_what_fits_already_is_left_alone_and_the_rest_is_noted(
    probe: Probes, view: LatentView, name: str
) -> None:
    view = dataclasses.replace(view, data=name)
    fit, notes = fitted(view, probe(name))
    changed = {each for each in FIELDS if getattr(fit, each) != getattr(view, each)}
    assert changed <= {"model", "likelihood", "d", "map", "i", "j", "a", "b"}
    assert {note.about[0] for note in notes} == changed
    assert all("data" in note.about for note in notes)


@pytest.mark.parametrize(("value", "used"), [("3", "auto"), ("2", "2"), ("512", "auto")])
def test_a_dimension_beyond_the_models_is_chosen_by_the_browser(
    value: str, used: str, probe: Probes
) -> None:
    assert fitted(LatentView(i=value, j=value), probe("digits"))[0].i == used


def test_every_dimension_of_a_model_can_be_named(probe: Probes) -> None:
    view = LatentView(d=16, i="16", j="1")
    assert fitted(view, probe("digits")) == (dataclasses.replace(view, data="digits"), [])
    assert DIMENSIONS[:3] == ("auto", "1", "2")
    options = rules(view, _context(probe))["i"].options
    assert options is not None
    assert [name for name, _, _ in options] == list(DIMENSIONS[:17])


def test_a_plane_of_one_dimension_is_refused(probe: Probes) -> None:
    fit, notes = fitted(LatentView(d=1, map="pca"), probe("digits"))
    assert (fit.map, len(notes)) == ("dims", 1)
    assert "no plane" in notes[0].text
    assert fitted(LatentView(d=1, map="tsne"), probe("digits"))[0].map == "tsne"


@pytest.mark.parametrize(("shown", "idle"), [("dims", False), ("pca", True), ("tsne", True)])
def test_on_a_map_with_axes_of_its_own_none_are_chosen(
    shown: str, idle: bool, probe: Probes
) -> None:
    view, context = LatentView(map=shown), _context(probe)
    made = controls(view, CONTROLS, rules(view, context), LIGHT, ())
    assert {c["name"] for c in made if "disabled" in c} == ({"i", "j"} if idle else set())
    assert [c["name"] for c in made] == list(CONTROLS)
    assert all(c["label"] and c["help"] for c in made)
    most = {c["name"]: c["max"] for c in made if c["name"] in ("a", "b")}
    assert most == {"a": 1796, "b": 1796}


def _context(probe: Probes) -> Any:
    context = closed_form(probe("digits"))
    context.rules = RULES
    return context


@pytest.mark.parametrize("latent", [17, 32, 100, 512])
def test_a_trained_model_of_any_size_keeps_it_in_its_link(latent: int) -> None:
    view = LatentView(
        model="mine", d=latent, i=str(latent), point=",".join(["-1.234e-05"] * latent)
    )
    assert parse(addressed(query(view, always(view))), LatentView()) == (view, [])


def test_the_range_of_the_traversals_reaches_as_far_as_the_browsers_field() -> None:
    field = re.search(r'"extent", \{ min: ([\d.]+), max: ([\d.]+)', source('"extent", {'))
    assert field
    kind = FIELDS["extent"].kind
    assert isinstance(kind, Real)
    assert [float(limit) for limit in field.groups()] == [kind.low, kind.high]


# what is ready to be chosen
# ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_a_scene_is_a_valid_view_and_leaves_the_point_where_it_is(scene: Scene) -> None:
    view, notes = parse(scene.settings, LatentView())
    assert notes == []
    assert view.model == MULTI_RATE
    assert set(MODEL) <= set(scene.settings) <= set(FIELDS)
    assert not {"a", "b", "point"} & set(scene.settings)
    assert 20 < len(scene.notice) < 110


def test_scenes_differ_by_name_and_by_view() -> None:
    assert len({scene.name for scene in SCENES}) == len(SCENES) >= 4
    assert len({parse(scene.settings, LatentView())[0] for scene in SCENES}) == len(SCENES)


def test_the_collapsed_dimensions_of_a_scene_change_little_but_something(probe: Probes) -> None:
    scene = next(scene for scene in SCENES if scene.name == "Half collapsed")
    p, view = probe("digits"), parse(scene.settings, LatentView())[0]
    codec = models.multi_rate(p, "gaussian", patience=60)
    assert codec is not None
    kl = kl_per_dimension(*codec.encode(p.x, view.tau, view.d))
    changes = []
    for k in range(view.d):
        z = np.zeros((11, view.d), np.float32)
        z[:, k] = np.linspace(-3, 3, 11)
        changes.append(float(np.ptp(codec.decode(z, view.tau, view.d), axis=0).max()))
    dead = np.array(changes)[kl < DEAD]
    assert len(dead) == 4
    assert 0.02 < dead.max() < 0.25 < min(np.array(changes)[kl >= DEAD])


def test_the_browser_begins_with_the_same_defaults() -> None:
    """Its module declares what it sees to by itself: names and values as here."""
    begins = re.search(r"^const OWN = \{(.*?)\};", source("\nconst OWN = {"), re.DOTALL | re.M)
    assert begins is not None
    own = dict(re.findall(r'(\w+): "?([\w.-]+)"?', begins[1]))
    usual = {name: str(value).removesuffix(".0") for name, value in defaults(LatentView).items()}
    assert own == {name: text for name, text in usual.items() if name not in {*MODEL, "point"}}
