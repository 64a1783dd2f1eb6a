"""The app's pages as Streamlit runs them, their boards, and the folders and the trouble that a test
makes.
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
from vaeviz.checkpoints import Listing, Manifest
from vaeviz.config import RunSettings, UserError
from vaeviz.live.board import unpack
from vaeviz.models import vae
from vaeviz.ui import kept, live_board, models, store
from vaeviz.ui.live_board import LiveBoard

APP = str(Path(__file__).parents[1] / "explorer_app.py")
# Each AppTest looks for components in the metadata of all that is installed, and would take most of
# its time.
manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)


@dataclass(frozen=True)
class BoardPage:
    """A page with one board: the path of its file, "" for the first one, and its board."""

    file: str
    board: LiveBoard

    def opened(self, **query: str) -> AppTest:
        """The app at this page, with this query in its URL."""
        app = AppTest.from_file(APP, default_timeout=60)
        if self.file:
            app.switch_page(self.file)
        for name, value in query.items():
            app.query_params[name] = value
        return app.run()

    def boards(self, app: AppTest) -> list[Any]:
        """The page's boards that are mounted, as protos."""
        found, queue = [], [app._tree]
        while queue:
            node = queue.pop()
            queue += list(getattr(node, "children", {}).values())
            proto = getattr(node, "proto", None)
            if getattr(proto, "component_name", "") == f"vaeviz.{self.board.name}":
                found.append(proto)
        return found

    def shown(self, app: AppTest) -> dict[str, Any]:
        """The header of the message to the one board, on a page without an error."""
        assert not app.exception
        assert not app.error
        (mounted,) = self.boards(app)
        return unpack(mounted.bytes)[0]

    def says(self, app: AppTest, **state: Any) -> dict[str, Any]:
        """What the page answers to this message of the board."""
        app.session_state[self.board.key] = {"live": state}
        return self.shown(app.run())


EXPLORER = BoardPage("", live_board.EXPLORER)
LATENT = BoardPage("pages/latent.py", live_board.LATENT)
TRAINING = BoardPage("pages/training.py", live_board.TRAINING)
COLLAPSE = BoardPage("pages/collapse.py", live_board.COLLAPSE)


@contextlib.contextmanager
def apart(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """No shipped models; kept models, assets and jobs of the test's own, in `folder`."""
    for module in (models, kept):
        monkeypatch.setattr(module, "SHIPPED", folder / "checkpoints")
    monkeypatch.setattr(kept, "LISTING", Listing(folder / "kept"))
    monkeypatch.setattr(live_board, "STATIC", folder / "static")
    monkeypatch.setattr(store, "_JOBS", store.Once(workers=1))
    monkeypatch.setattr(models, "PATIENCE", 60)
    models._shipped.cache_clear()
    yield folder
    models._shipped.cache_clear()
    live_board._component.clear()


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
