"""A board without a server: its modules in a bare page, fed message by message."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from weakref import WeakSet

from playwright.sync_api import BrowserContext, Page, Route

from vaeviz.live import assets
from vaeviz.live.message import Panel, pack

_STOPPED: WeakSet[BrowserContext] = WeakSet()
_LIVE = Path(assets.__file__).parent
_HTML = """<!doctype html><meta charset="utf-8"><style>{style}</style>
<div class="stApp" style="background: #fff">
<div id="host"></div><div class="st-key-vv-reading-{board}"></div></div>
<script type="module">
import {{ mount }} from "./engine/mount.js";
import Page from "./engine/{module}.js";
const host = document.getElementById("host");
window.sent = [];
window.receive = (text) => {{
  if (!host.firstChild)
    host.innerHTML = '<div class="vv-screen vv-{board}" data-chapter="{board}"></div>';
  mount({{
    data: Uint8Array.from(atob(text), (c) => c.charCodeAt(0)),
    parentElement: host,
    setStateValue: (_, state) => window.sent.push(structuredClone(state)),
  }}, Page);
}};
</script>"""
# No page may change what came in a message: the next one may hold the same objects.
_FROZEN = """import * as real from "../frozen/engine/payload.js";
export * from "../frozen/engine/payload.js";
const frozen = (value) => {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
  Object.values(value).forEach(frozen);
  return Object.freeze(value);
};
export const unpack = (...given) => {
  const { message, parts } = real.unpack(...given);
  return { message: frozen(message), parts };
};
"""


def visit(page: Page, board: str, style: str = "") -> None:
    """Opens the page of the board of this name; `receive` there takes a message, `sent` holds the
    answers.
    """
    module = board if board in ("latent", "training") else "page"
    html = _HTML.format(board=board, module=module, style=style)
    page.route("http://vaeviz.test/**", lambda route: _serve(route, html))
    page.goto("http://vaeviz.test/")
    page.wait_for_function("'receive' in window")


def _serve(route: Route, html: str) -> None:
    name = urlsplit(route.request.url).path.lstrip("/")
    path = _LIVE / name.removeprefix("frozen/")
    if name == "engine/payload.js":
        route.fulfill(body=_FROZEN, content_type="text/javascript")
    elif path.suffix == ".js":
        body = path.read_text(encoding="utf-8") if path.exists() else ""  # no Plotly, no axes
        route.fulfill(body=body, content_type="text/javascript")
    elif path.suffix == ".css":
        route.fulfill(path=path, content_type="text/css")
    else:
        route.fulfill(body=html, content_type="text/html")


def encoded(panels: dict[str, Panel], **header: Any) -> str:
    """One message, in base64, as the page would get it from the server."""
    return base64.b64encode(pack(panels, **header)).decode()


def receive(page: Page, text: str) -> None:
    page.evaluate("(text) => receive(text)", text)


def sent(page: Page) -> list[dict[str, Any]]:
    """The board's messages to the server so far."""
    return json.loads(page.evaluate("JSON.stringify(sent)"))


def clock_is_stopped(page: Page) -> bool:
    return page.context in _STOPPED


def stop_the_clock(page: Page) -> None:
    """From here on, time passes only in `page.clock.run_for`, on this page and all others of its
    context.
    """
    _STOPPED.add(page.context)
    page.clock.install(time="2030-01-01")
    page.clock.pause_at("2030-01-02")
