"""A checkpoint's manifest: settings, data set, held-out numbers, and the weights' hash."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import platform
import re
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from vaeviz.checked import UserError, checked
from vaeviz.checkpoints.files import read_json

FORMAT = 1
DTYPES = ("float32", "float16")
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._=-]{0,99}")
LIBRARIES = ("torch", "numpy", "safetensors")


def library_versions() -> dict[str, str]:
    """The versions of the libraries that decide a run's last bits."""
    versions = {"python": platform.python_version()}
    for name in LIBRARIES:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            versions[name] = "unknown"
    return versions


@dataclass(frozen=True)
class Manifest:
    """`kind` names the builder of the model from `settings`; `digest` is the data set's hash.

    `held_out` gives nats per example by name ("rate", "distortion", ...); `dtype` is that of the
    stored weights (they are float32 in use); `sha256` and `bytes` belong to the weights file of the
    same name.
    """

    name: str
    kind: str
    settings: dict[str, Any]
    data: str
    digest: str
    seed: int
    steps: int
    held_out: dict[str, int | float]
    versions: dict[str, str] = field(default_factory=library_versions)
    dtype: str = "float32"
    sha256: str = ""
    bytes: int = 0
    format: int = FORMAT

    def to_json(self) -> dict[str, Any]:
        """Plain values and a hash of them all, which reveals an edited or damaged manifest."""
        values = dataclasses.asdict(self)
        return {**values, "manifest_sha256": _digest(values)}


def read(path: Path) -> Manifest:
    """The manifest at `path`, checked; a UserError names the fault."""
    values = read_json(path)
    if "manifest_sha256" not in values:
        raise UserError(f"{path.name} lacks 'manifest_sha256': restore it or make it again")
    claimed = values.pop("manifest_sha256")
    try:
        manifest = checked(Manifest, values, "key", complete=True)
    except UserError as error:
        raise UserError(f"{path.name}: {error}") from None
    if claimed != _digest(values):
        raise UserError(
            f"{path.name} was edited or damaged (its own hash differs): restore it or make it again"
        )
    _check(manifest, path)
    return manifest


def _check(manifest: Manifest, path: Path) -> None:
    if manifest.format != FORMAT:
        raise UserError(
            f"{path.name} is of format {manifest.format}, this program reads {FORMAT}: update"
            " vaeviz"
        )
    if manifest.dtype not in DTYPES:
        raise UserError(
            f"{path.name}: dtype {manifest.dtype[:20]!r} is not one of {', '.join(DTYPES)}"
        )
    if manifest.name != path.stem:
        raise UserError(
            f"{path.stem} is a renamed copy of {manifest.name[:60]!r}: give both its files that"
            " name again"
        )


def check_name(name: str) -> str:
    """`name` if it can name files on every system. Raises UserError."""
    if not NAME.fullmatch(name) or name.endswith((".json", ".safetensors", ".")):
        raise UserError(
            f"checkpoint name {name[:40]!r}: use letters, digits, '-', '_', '=' and '.', 100 at"
            " most"
        )
    return name


def _digest(values: dict[str, Any]) -> str:
    text = json.dumps(values, sort_keys=True, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()
