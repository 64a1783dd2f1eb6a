"""Saving and loading a checkpoint: a manifest and its weights, side by side under one name."""

from __future__ import annotations

import dataclasses
import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from vaeviz import data
from vaeviz.checkpoints import kinds, manifest, weights
from vaeviz.checkpoints.files import write_atomic, write_json
from vaeviz.checkpoints.manifest import Manifest
from vaeviz.config import UserError

if TYPE_CHECKING:
    from torch import Tensor, nn

_CODE = Path(__file__).parents[2]
SHIPPED = _CODE / "checkpoints"
RUNS = Path(os.environ.get("VAEVIZ_HOME") or _CODE).expanduser() / "runs"  # wherever it starts
PICKLES = (".pt", ".pth", ".pkl", ".pickle", ".ckpt", ".bin", ".joblib")


class Loaded(NamedTuple):
    """A model in evaluation mode on the CPU, and its manifest."""

    model: nn.Module
    manifest: Manifest


def save(model: nn.Module, folder: Path, draft: Manifest) -> Manifest:
    """Write `draft.name`.safetensors, then .json, each in one move; returns the completed manifest.

    `draft.dtype` "float16" halves the file. Raises UserError for weights that are too large for it
    or not finite.
    """
    from safetensors.torch import save as serialize

    manifest.check_name(draft.name)
    content = serialize(_storable(model.state_dict(), draft))
    if len(content) > weights.LARGEST:
        raise UserError(
            f"{draft.name} takes {len(content):,} bytes, over {weights.LARGEST:,}: use smaller"
            " widths"
        )
    done = dataclasses.replace(
        draft, sha256=hashlib.sha256(content).hexdigest(), bytes=len(content)
    )
    write_atomic(folder / f"{draft.name}.safetensors", content)
    write_json(folder / f"{draft.name}.json", done.to_json())
    return done


def load(which: str | Path, folders: tuple[Path, ...] = (RUNS, SHIPPED)) -> Loaded:
    """The checkpoint at a path (with or without its suffix), or of a name in one of `folders`.

    Raises UserError, one line with cause and remedy, unless it is a whole, known, finite model.
    """
    import torch

    path = locate(which, folders)
    about, content, shapes = inspect(path)
    shape = data.describe(about.data).shape
    with torch.device("meta"):  # shapes only, whatever sizes the settings have
        _check_shapes(shapes, kinds.build(about.kind, about.settings, shape), path.name)
    model = kinds.build(about.kind, about.settings, shape)
    model.load_state_dict(_finite(content, path.name))
    return Loaded(model.eval().requires_grad_(False), about)


def inspect(path: Path) -> tuple[Manifest, bytes, weights.Shapes]:
    """Manifest, weights file and tensor shapes, checked against each other, without torch."""
    about = manifest.read(path.with_name(f"{path.name}.json"))
    data.describe(about.data)
    if about.settings.get("data", about.data) != about.data:
        raise UserError(
            f"{path.name} is of {about.data!r}, its settings are not: make the checkpoint again"
        )
    content, shapes = weights.read(path.with_name(f"{path.name}.safetensors"), about)
    return about, content, shapes


def locate(which: str | Path, folders: tuple[Path, ...] = (RUNS, SHIPPED)) -> Path:
    """The path of a checkpoint without its suffix. Raises UserError unless both files exist."""
    path = Path(which)
    if path.suffix in PICKLES:
        raise UserError(
            f"{path.name} looks like a pickle, which can run any code: use a safetensors checkpoint"
        )
    if path.suffix in (".json", ".safetensors"):
        path = path.with_suffix("")
    places = [path] if len(path.parts) > 1 else [path, *(folder / path for folder in folders)]
    present = next((place for place in places if _files(place)), None)
    if present is None:
        raise UserError(
            f"no checkpoint {str(which)[-80:]!r}: 'python -m vaeviz checkpoints' lists what"
            " there is"
        )
    missing = {".json", ".safetensors"} - {file.suffix for file in _files(present)}
    if missing:
        lost = f"{present.name}{missing.pop()}"
        raise UserError(f"{lost} is missing: restore it, or make the checkpoint again")
    return present


def _files(path: Path) -> list[Path]:
    both = (path.with_name(f"{path.name}{suffix}") for suffix in (".json", ".safetensors"))
    return [file for file in both if file.exists()] if path.name else []


def _storable(tensors: dict[str, Tensor], draft: Manifest) -> dict[str, Tensor]:
    """The tensors on the CPU, contiguous, in the manifest's dtype."""
    import torch

    stored = {
        key: t.detach().to("cpu", getattr(torch, draft.dtype)).contiguous()
        for key, t in tensors.items()
    }
    for key, tensor in stored.items():
        if not torch.isfinite(tensor).all():
            raise UserError(
                f"{draft.name} is not saved: {key} is not finite in {draft.dtype}; train it again"
            )
    return stored


def _check_shapes(shapes: weights.Shapes, model: nn.Module, name: str) -> None:
    """Checks that the file holds exactly the model's tensors, each of its shape."""
    expected: dict[str, Any] = {
        key: tuple(tensor.shape) for key, tensor in model.state_dict().items()
    }
    odd = sorted(set(expected) ^ set(shapes))
    if odd:
        state = "lacks" if odd[0] in expected else "has an unknown"
        raise UserError(
            f"{name} {state} tensor {odd[0][:60]!r}: its settings do not belong to it; make it"
            " again"
        )
    for key, shape in expected.items():
        if shapes[key] != shape:
            fault = f"{key} has shape {shapes[key]}, its settings ask for {shape}"
            raise UserError(f"{name}: {fault}; make the checkpoint again")


def _finite(content: bytes, name: str) -> dict[str, Tensor]:
    """The tensors as float32. Raises UserError for a NaN or an infinity."""
    import torch
    from safetensors import SafetensorError
    from safetensors.torch import load as deserialize

    try:
        tensors = {key: tensor.float() for key, tensor in deserialize(content).items()}
    except SafetensorError as error:  # the library's reader is stricter than `weights.header`
        cause = " ".join(str(error).split())[:80]
        raise UserError(f"{name} is no safetensors file ({cause}): make it again") from None
    for key, tensor in tensors.items():
        if not torch.isfinite(tensor).all():
            raise UserError(f"{name}: {key} holds NaN or infinity; train the checkpoint again")
    return tensors
