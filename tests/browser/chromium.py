"""Finds a Chromium for Playwright; `python tests/browser/chromium.py` installs one if there is none."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


def find() -> str | None:
    """The path of a browser: $VAEVIZ_BROWSER, one on the PATH, or Playwright's own; None if there is none."""
    named = [os.environ.get("VAEVIZ_BROWSER", ""), *(shutil.which(name) or "" for name in NAMES), _own()]
    return next((path for path in named if path and Path(path).exists()), None)


def _own() -> str:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


def install() -> int:
    """Debian's package where we may install it, else Playwright's download; 0 when a browser is there."""
    if find():
        return 0
    for command in _ways():
        subprocess.run(command, check=False)
        if find():
            return 0
    sys.stderr.write("no browser: install Chromium, or set VAEVIZ_BROWSER to one, then run the tests again\n")
    return 1


def _ways() -> list[list[str]]:
    download = [sys.executable, "-m", "playwright", "install", "chromium"]
    if shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        return [["apt-get", "update", "-q"], ["apt-get", "install", "-y", "-q", "chromium"], download]
    return [download]


if __name__ == "__main__":
    raise SystemExit(install())
