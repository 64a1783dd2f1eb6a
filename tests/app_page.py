"""The app's pages as Streamlit runs them, their messages, and the folders and the trouble that a
test makes.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from vaeviz import checkpoints, data
from vaeviz.chapters.catalogue import NAMES
from vaeviz.checkpoints import Listing, Manifest
from vaeviz.config import RunSettings, UserError
from vaeviz.live.message import unpack
from vaeviz.models import vae
from vaeviz.serve import jobs, kept, models, probes
from vaeviz.ui import page as ui_page

APP = str(Path(__file__).parents[1] / "explorer_app.py")
# Each AppTest looks for components in the metadata of all that is installed, and would take most of
# its time.
manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)
_load = cache(probes._load)


@dataclass(frozen=True)
class Page:
    """The page of a chapter, by the chapter's name."""

    name: str

    @property
    def key(self) -> str:
        """Where Streamlit keeps what the browser says."""
        return f"vaeviz-{self.name}"

    def opened(self, **query: str) -> AppTest:
        """The app at this page, with this query in its URL."""
        app = AppTest.from_file(APP, default_timeout=60)
        if self.name != NAMES[0]:
            app.switch_page(f"pages/{self.name}.py")
        for name, value in query.items():
            app.query_params[name] = value
        return app.run()

    def mounted(self, app: AppTest) -> list[Any]:
        """The page's components that are mounted, as protos."""
        protos, queue = [], [app._tree]
        while queue:
            node = queue.pop()
            queue += list(getattr(node, "children", {}).values())
            proto = getattr(node, "proto", None)
            if getattr(proto, "component_name", "") == f"vaeviz.{self.name}":
                protos.append(proto)
        return protos

    def shown(self, app: AppTest, held: dict[str, Any] | None = None) -> dict[str, Any]:
        """The header of the one message, on a page without an error; `held` are the parts that the
        browser holds, by tag.
        """
        assert not app.exception
        assert not app.error
        (proto,) = self.mounted(app)
        return unpack(proto.bytes, held)

    def says(
        self, app: AppTest, held: dict[str, Any] | None = None, **state: Any
    ) -> dict[str, Any]:
        """What the page answers when the browser says this and holds these parts."""
        parts = {} if held is None else {"held": list(held)}
        app.session_state[self.key] = {"live": {**parts, **state}}
        return self.shown(app.run(), held)


EXPLORER, LATENT, TRAINING, COLLAPSE = map(Page, ("explorer", "latent", "training", "collapse"))


@contextlib.contextmanager
def apart(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """No shipped models; kept models, assets and jobs of the test's own, in `folder`."""
    for module in (models, kept):
        monkeypatch.setattr(module, "SHIPPED", folder / "checkpoints")
    monkeypatch.setattr(kept, "LISTING", Listing(folder / "kept"))
    monkeypatch.setattr(ui_page, "STATIC", folder / "static")
    monkeypatch.setattr(jobs, "STORE", jobs.Store())
    monkeypatch.setattr(models, "PATIENCE", 60)
    models._shipped.cache_clear()
    monkeypatch.setattr(probes, "_load", _load)
    for name in (probes.STAND_IN, data.DEFAULT):  # it may take longer than a page waits
        probes.probe(name, patience=60)
    yield folder
    models._shipped.cache_clear()
    ui_page._component.clear()


def put(folder: Path, **changes: Any) -> RunSettings:
    """A small kept model of the moons, "mine", as it is before training, in the folder of a test
    apart.
    """
    values: dict[str, Any] = {
        "data": "moons",
        "widths": (8,),
        "latent": 3,
        "beta": 2.0,
        "sigma2": 0.03,
    }
    run = RunSettings(**{**values, **changes})
    draft = Manifest("mine", "vae", run.to_json(), run.data, "0" * 16, 0, 70, {})
    checkpoints.save(vae.build(run, (2,)), folder / "kept", draft)
    return run


def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """From here on MNIST can't be had."""
    load = data.load

    def refuse(name: str, report: Any = None) -> data.Dataset:
        if name == "mnist":
            raise UserError(
                "'mnist' could not be downloaded: connect to the internet, or choose mnist-5k"
            )
        return load(name, report)

    monkeypatch.setattr(data, "load", refuse)
