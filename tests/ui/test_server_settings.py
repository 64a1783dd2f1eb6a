"""What the server takes from a browser: a page of ours says a few KB at once."""

from __future__ import annotations

import tomllib
from pathlib import Path

from vaeviz.theory.pasted.code import LONGEST

ROOT = Path(__file__).parents[2]
SETTINGS = ROOT / ".streamlit" / "config.toml"


def test_a_message_to_the_server_is_bounded_and_a_pasted_loss_fits() -> None:
    most = tomllib.loads(SETTINGS.read_text(encoding="utf-8"))["server"]["maxWidgetStateSize"]
    assert 20 * LONGEST < 1e6 * most <= 2e6


def test_the_folder_that_streamlit_serves_is_in_the_repository() -> None:
    """Streamlit warns when it starts without one; what is copied into it stays out of git."""
    ignored = (ROOT / "static" / ".gitignore").read_text().splitlines()
    assert ignored[-2:] == ["*", "!.gitignore"]
