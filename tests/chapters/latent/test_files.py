"""Files: their names say of which model and data they are; no button, no file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tests.chapters.latent.contexts import closed_form
from tests.chapters.latent.spaces import autoencoder, digits
from vaeviz.chapters.latent.animation import traversal_gif
from vaeviz.chapters.latent.files import act, buttons, files, origin
from vaeviz.chapters.latent.space import Space
from vaeviz.chapters.latent.view import LatentView
from vaeviz.serve.probes import Probe

Probes = Callable[[str], Probe]
BEGINNINGS = {"csv": b"# model:", "npz": b"PK", "gif": b"GIF89a", "notebook": b"{\n"}
ENDINGS = {"notebook": "ipynb"}


def made(action: str, s: Space, probe: Probe) -> list[dict[str, Any]]:
    """The files that this button gives."""
    view, context = LatentView(data=probe.data.name, d=s.mu.shape[1]), closed_form(probe)
    context.action = 7
    act(view, context, action, None)
    return files(view, context, s)


@pytest.mark.parametrize("action", BEGINNINGS)
def test_a_closed_forms_file_names_its_data_set(action: str, probe: Probes) -> None:
    (file,) = made(action, digits(), probe("digits"))
    assert (file["id"], file["name"]) == (7, f"digits-closed-form-d3.{ENDINGS.get(action, action)}")
    assert file["bytes"].tobytes().startswith(BEGINNINGS[action])


def test_what_has_no_button_has_no_file(probe: Probes) -> None:
    assert [button["action"] for button in buttons(digits())] == list(BEGINNINGS)
    assert "gif" not in [button["action"] for button in buttons(digits(2, "moons"))]
    assert made("gif", digits(2, "moons"), probe("moons")) == []
    assert made("exe", digits(), probe("digits")) == []


def test_a_file_is_sent_until_the_browser_confirms_it(probe: Probes) -> None:
    view, context = LatentView(data="digits", d=3), closed_form(probe("digits"))
    context.action, context.actions = 7, (7,)
    act(view, context, "csv", None)
    first, again = files(view, context, digits()), files(view, context, digits())
    assert [file["id"] for file in first] == [7]
    assert again[0]["bytes"] is first[0]["bytes"]
    context.actions = ()
    assert files(view, context, digits()) == []


def test_a_button_pressed_before_the_space_is_there_is_not_forgotten(probe: Probes) -> None:
    view, context = LatentView(data="digits", d=3), closed_form(probe("digits"))
    context.action, context.actions = 7, (7,)
    act(view, context, "csv", None)
    context.actions = ()  # the answer without a space was heard
    assert [file["id"] for file in files(view, context, digits())] == [7]


def test_the_closed_form_has_no_checkpoint(probe: Probes) -> None:
    about = origin(LatentView(data="digits", d=3), closed_form(probe("digits")))
    assert (about.model, about.kind, about.checkpoint, about.sha256) == (
        "closed form",
        "closed form",
        None,
        "",
    )
    assert (about.beta, about.sigma2, about.tau) == (1.0, 0.05, 0.05)


def test_the_gif_moves_the_maps_horizontal_dimension_around_the_point(probe: Probes) -> None:
    s, view = digits(), LatentView(data="digits", d=3, point="1,0,-1", extent=2.0)
    context = closed_form(probe("digits"), dims=[2, 0])
    act(view, context, "gif", None)
    (file,) = files(view, context, s)
    moved = traversal_gif(s.network, np.array([1, 0, -1]), 2, 2.0)
    assert file["bytes"].tobytes() == moved


def test_a_name_has_no_gaps(probe: Probes) -> None:
    (file,) = made("csv", autoencoder(2), probe("digits"))
    assert file["name"] == "digits-closed-form-d2.csv"
