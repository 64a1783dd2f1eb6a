"""Where runs and kept models are: next to the code or in VAEVIZ_HOME, wherever the app starts."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDERS = """
from vaeviz.chapters.collapse import laboratory_runs
from vaeviz.chapters.explorer import exact
from vaeviz.checkpoints import KEPT
from vaeviz.serve import live_runs
for module in (live_runs, exact, laboratory_runs): print(module.FOLDER.resolve().parent)
print(KEPT.resolve().parent)
"""


@pytest.mark.parametrize("home", ["", "lecture"])
def test_from_any_folder_the_runs_are_the_same(home: str, tmp_path: Path) -> None:
    own = str(tmp_path / home) if home else ""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "VAEVIZ_HOME": own}
    done = subprocess.run(
        [sys.executable, "-c", FOLDERS], cwd=tmp_path, env=environment,
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert set(done.stdout.split()) == {str((tmp_path / home if home else ROOT) / "runs")}
