"""Files to keep: their names say of which model and data they are; no button, no file."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.ui.latent.spaces import autoencoder, digits
from vaeviz.ui.latent.choice import Choice
from vaeviz.ui.latent.keeps import buttons, file, origin
from vaeviz.ui.latent.settings import View
from vaeviz.ui.latent.space import Space
from vaeviz.ui.views import Probe

Probes = Callable[[str], Probe]
BEGINNINGS = {"csv": b"# model:", "npz": b"PK", "gif": b"GIF89a", "notebook": b"{\n"}
ENDINGS = {"notebook": "ipynb"}


def choice(probe: Probe) -> Choice:
    return Choice(probe.linear, View(data=probe.data.name).model_settings, ("gaussian",), [])


def made(action: str, s: Space, probe: Probe) -> tuple[str, bytes] | None:
    found = file(action, View(data=probe.data.name), choice(probe), s, None)
    return found and (found["name"], found["bytes"].tobytes())


@pytest.mark.parametrize("action", BEGINNINGS)
def test_a_closed_forms_file_names_its_data_set(action: str, probe: Probes) -> None:
    found = made(action, digits(), probe("digits"))
    assert found is not None
    assert found[0] == f"digits-closed-form-d3.{ENDINGS.get(action, action)}"
    assert found[1].startswith(BEGINNINGS[action])


def test_what_has_no_button_has_no_file(probe: Probes) -> None:
    assert [button["action"] for button in buttons(digits())] == list(BEGINNINGS)
    assert "gif" not in [button["action"] for button in buttons(digits(2, "moons"))]
    assert made("gif", digits(2, "moons"), probe("moons")) is None
    assert made("exe", digits(), probe("digits")) is None


def test_the_closed_form_has_no_checkpoint(probe: Probes) -> None:
    found = origin(choice(probe("digits")))
    assert (found.model, found.kind, found.checkpoint, found.sha256) == (
        "closed form",
        "closed form",
        None,
        "",
    )
    assert (found.beta, found.sigma2, found.tau) == (1.0, 0.05, 0.05)


def test_a_name_has_no_gaps(probe: Probes) -> None:
    found = made("csv", autoencoder(2), probe("digits"))
    assert found is not None
    assert found[0] == "digits-closed-form-d2.csv"
