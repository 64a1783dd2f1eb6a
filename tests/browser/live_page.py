"""The board of the page "Training" without a server: its modules in a bare page, fed message by message."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import Page, Route

from vaeviz.figures.theme import LIGHT, Spec, axis, figure
from vaeviz.live import assets
from vaeviz.live.board import pack
from vaeviz.records import ImageStrip

_LIVE = Path(assets.__file__).parent
_HTML = f"""<!doctype html><meta charset="utf-8"><style>{assets.css("training")}</style>
<div class="stApp" style="background: #fff">
<div id="host"><div class="vv-screen vv-training"></div></div></div>
<script type="module">
import {{ mount }} from "./training.js";
window.sent = [];
window.receive = (text) => mount({{
  data: Uint8Array.from(atob(text), (c) => c.charCodeAt(0)), parentElement: document.getElementById("host"),
  setStateValue: (_, state) => window.sent.push(structuredClone(state)),
}});
</script>"""

CONTROLS = [
    {"name": "beta", "label": "β", "spoken": "beta", "help": "", "kind": "log", "group": "live", "min": 0.01,
     "max": 100, "colour": "#000"},
    {"name": "steps", "label": "steps", "help": "", "kind": "number", "group": "setup", "min": 1,
     "max": 9999},
]  # fmt: skip


def visit(page: Page) -> None:
    page.route("http://vaeviz.test/**", _serve)
    page.goto("http://vaeviz.test/")
    page.wait_for_function("'receive' in window")


def _serve(route: Route) -> None:
    path = _LIVE / route.request.url.rsplit("/", 1)[-1]
    if path.suffix == ".js":
        body = path.read_text(encoding="utf-8") if path.exists() else ""  # no Plotly, no axes
        route.fulfill(body=body, content_type="text/javascript")
    else:
        route.fulfill(body=_HTML, content_type="text/html")


def transport(**changed: Any) -> dict[str, Any]:
    return {"state": "running", "can": ["start", "pause", "stop", "rewind", "speed"], "step": 30,
            "steps": 100, "pace": 12.5, "left": 6, "place": None, "owner": True, "text": "Training",
            "speed": "full", "speeds": [["full", "full speed"], ["slow", "slow"]], **changed}  # fmt: skip


def points(*xy: tuple[float, float]) -> Spec:
    """A latent map of a few points, each with its identity."""
    x, y = np.array(xy).T
    trace = {"type": "scatter", "mode": "markers", "name": "0", "x": x, "y": y,
             "marker": {"color": "#000000"}, "customdata": np.arange(len(x), dtype=np.int32)}  # fmt: skip
    meta = {
        "title": "Map",
        "source": "a test",
        "alt": "Points.",
        "equal": True,
        "pick": True,
        "legend": [["0", "#000000"]],
    }
    return figure(LIGHT, [trace], axis(LIGHT, "x", -2, 2), axis(LIGHT, "y", -2, 2), meta)


def strip() -> ImageStrip:
    images = np.full((2, 10, 8, 8), 128, np.uint8)
    return ImageStrip("Reconstructions", images, ("x", "x̂"), "Grey.", "a test")


def message(panels: dict[str, Any] | None = None, **header: Any) -> str:
    """One message, in base64, as the page would get it from the server."""
    full = {
        "seq": 0, "theme": "light", "paper": "#FFFFFF", "settings": {"beta": 1.0, "steps": 100}, "done": 0,
        "controls": CONTROLS, "transport": transport(), "readouts": [], "notes": [], "layout": "one",
        "scenes": [{"name": "Few", "notice": "Few steps.", "settings": {"steps": 5}}],
        "link": "", "address": "", "wait": None, "empty": "Press Start: a model learns.", **header,
    }  # fmt: skip
    return base64.b64encode(pack(panels or {}, **full)).decode()


def stop_the_clock(page: Page) -> None:
    """From here on, time passes only in `page.clock.run_for`."""
    page.clock.install(time="2030-01-01")
    page.clock.pause_at("2030-01-02")


def receive(page: Page, panels: dict[str, Any] | None = None, **header: Any) -> None:
    page.evaluate("(text) => receive(text)", message(panels, **header))


def sent(page: Page) -> list[dict[str, Any]]:
    return json.loads(page.evaluate("JSON.stringify(sent)"))
