"""What the server takes from a browser: a page of ours says a few KB at once."""

from __future__ import annotations

import tomllib
from pathlib import Path

from vaeviz.theory.pasted.code import LONGEST

SETTINGS = Path(__file__).parents[2] / ".streamlit" / "config.toml"


def test_a_message_to_the_server_is_bounded_and_a_pasted_loss_fits() -> None:
    most = tomllib.loads(SETTINGS.read_text(encoding="utf-8"))["server"]["maxWidgetStateSize"]
    assert 20 * LONGEST < 1e6 * most <= 2e6
