"""Runs a snippet that imports the pages' modules under node, where no page is needed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from vaeviz.live import assets

LIVE = Path(assets.__file__).parent


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    """A copy of the modules that node takes for modules, whatever its version."""
    folder = tempfile.TemporaryDirectory(prefix="vaeviz-modules-")
    for path in assets.modules():
        (Path(folder.name) / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(LIVE / path, Path(folder.name) / path)
    shutil.copyfile(Path(__file__).with_name("canvas.js"), Path(folder.name) / "canvas.js")
    (Path(folder.name) / "package.json").write_text('{"type": "module"}')
    return folder


def run(code: str, **given: Any) -> Any:
    """What the snippet assigns to `result`; it sees `given`, and imports such as "./draw/plane.js".

    `canvas.js` beside this file is there too: contexts that note what is drawn.
    """
    node = shutil.which("node")
    if node is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)("no node")
    imports = [line for line in code.splitlines() if line.lstrip().startswith("import ")]
    rest = "\n".join(line for line in code.splitlines() if line not in imports)
    text = "\n".join(
        [
            *imports,
            f"const given = {json.dumps(given)}; let result;",
            rest,
            "process.stdout.write(JSON.stringify(result));",
        ]
    )
    done = subprocess.run(
        [node, "--input-type=module", "-"],
        input=text,
        capture_output=True,
        text=True,
        cwd=_folder().name,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
