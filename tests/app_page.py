"""The app's pages as Streamlit runs them, and the boards that they mount."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest

APP = str(Path(__file__).parents[1] / "explorer_app.py")


def opened(page: str = "", **query: str) -> AppTest:
    """The app at this URL, on this page (its file's path), or on the first one."""
    app = AppTest.from_file(APP, default_timeout=60)
    if page:
        app.switch_page(page)
    for name, value in query.items():
        app.query_params[name] = value
    return app.run()


def boards(app: AppTest, name: str) -> list[Any]:
    """The mounted components of this name, as protos."""
    found, queue = [], [app._tree]
    while queue:
        node = queue.pop()
        queue += list(getattr(node, "children", {}).values())
        proto = getattr(node, "proto", None)
        if getattr(proto, "component_name", "") == name:
            found.append(proto)
    return found
