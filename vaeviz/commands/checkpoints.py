"""`checkpoints`: list the checkpoints, and make the shipped ones again."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from vaeviz import checkpoints, families, writable
from vaeviz.checkpoints import Entry, Manifest
from vaeviz.commands.command import Command
from vaeviz.commands.loading import load
from vaeviz.commands.output import Output, table
from vaeviz.config import UserError

LEFT = (0, 1, 2, 7)  # columns of words
SHIPPED = {
    name: (family, settings)
    for family in families.FAMILIES.values()
    for name, settings in family.recipes.items()
}


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "action", nargs="?", default="list", choices=("list", "make"), help="default: list"
    )
    parser.add_argument(
        "names", nargs="*", help=f"for make: some of {', '.join(SHIPPED)} (default all)"
    )
    parser.add_argument("--folder", type=Path, help="search, or save to, only this folder")


def run(args: argparse.Namespace, output: Output) -> int:
    return _make(args, output) if args.action == "make" else _list(args, output)


def _list(args: argparse.Namespace, output: Output) -> int:
    """List every checkpoint, unusable ones with the reason; return 1 when there is one."""
    folders = [args.folder] if args.folder else [checkpoints.SHIPPED, checkpoints.RUNS]
    entries = [entry for folder in folders for entry in checkpoints.catalogue(folder, deep=True)]
    rows = [_row(entry) for entry in entries]
    text = table(
        ("name", "kind", "data", "steps", "KiB", "rate", "distortion", "state"), rows, LEFT
    )
    looked = " or ".join(map(str, folders))
    output.result(
        {"checkpoints": [_values(e) for e in entries]},
        text if rows else f"no checkpoints in {looked}",
    )
    return 1 if any(entry.error for entry in entries) else 0


def _row(entry: Entry) -> tuple[str, ...]:
    m = entry.manifest
    if m is None:
        return entry.name, "", "", "", "", "", "", f"unusable: {entry.error}"
    held_out = [
        f"{m.held_out[key]:.3f}" if key in m.held_out else "" for key in ("rate", "distortion")
    ]
    return entry.name, m.kind, m.data, f"{m.steps:,}", f"{m.bytes / 1024:,.0f}", *held_out, "ok"


def _values(entry: Entry) -> dict[str, Any]:
    manifest = entry.manifest.to_json() if entry.manifest else None
    return {"name": entry.name, "path": str(entry.path), "error": entry.error, "manifest": manifest}


def _make(args: argparse.Namespace, output: Output) -> int:
    """Train shipped models again, one after the other."""
    unknown = sorted(set(args.names) - set(SHIPPED))
    if unknown:
        raise UserError(
            f"no checkpoint {unknown[0]!r} is shipped: choose from {', '.join(SHIPPED)}"
        )
    folder = args.folder or checkpoints.SHIPPED
    for name in args.names or SHIPPED:
        writable.require(folder, f"{name}.json", f"{name}.safetensors")
    made = [_make_one(name, folder, output) for name in args.names or SHIPPED]
    text = "\n".join(f"{m.name}: {m.steps:,} steps, {m.bytes / 1024:,.0f} KiB" for m in made)
    output.result({"checkpoints": [manifest.to_json() for manifest in made]}, text)
    return 0


def _make_one(name: str, folder: Path, output: Output) -> Manifest:
    import torch

    torch.set_num_threads(1)
    family, settings = SHIPPED[name]
    dataset = load(settings.data, output)
    with output.bar(settings.steps, name) as bar:
        model = family.train(settings, dataset, bar.show)
    saved = checkpoints.save(model, folder, family.judge(model, settings, dataset, name)[1])
    family.save_beside(model, settings, dataset, folder / name, saved.sha256)
    return saved


ABOUT = """
Lists every checkpoint in checkpoints/ (shipped with the program) and runs/ (your own): its
content, its held-out numbers, and whether it is whole. Each model is built and every weight
checked. A damaged one is listed with the reason, and the command ends with status 1. 'make' trains
the shipped models from scratch.
"""
EXAMPLES = """
examples:
  python -m vaeviz checkpoints
  python -m vaeviz checkpoints --folder runs --json
  python -m vaeviz checkpoints make digits --folder /tmp/again
  python -m vaeviz checkpoints make mnist-5k-ae-2d mnist-5k-vae-2d
"""
COMMAND = Command(
    "checkpoints",
    "list the checkpoints, or make the shipped ones again",
    ABOUT,
    EXAMPLES,
    configure,
    run,
)
