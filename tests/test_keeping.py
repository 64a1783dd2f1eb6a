"""Keeping a run's model: a copy under a name, never over another, and a list of the files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch

from vaeviz.checkpoints import Listing, Manifest, keeping, load, save
from vaeviz.checkpoints.keeping import MOST, keep
from vaeviz.config import RunSettings, UserError
from vaeviz.models import vae

SETTINGS = RunSettings(data="three-gaussians", widths=(8,), latent=2)


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A finished run's folder."""
    draft = Manifest(
        "model", "vae", SETTINGS.to_json(), "three-gaussians", "0" * 16, 0, 70, {"rate": 1.5}
    )
    save(vae.build(SETTINGS, (2,)), tmp_path / "run", draft)
    return tmp_path / "run"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where kept models go; listings look at every call."""
    monkeypatch.setattr(keeping, "FRESH", 0.0)
    return tmp_path / "kept"


def test_a_kept_model_is_the_runs_own_under_another_name(run: Path, folder: Path) -> None:
    path = keep(run, "beta=4_digits-1.5", folder)
    model, about = load(path)
    assert about.name == "beta=4_digits-1.5"
    assert (about.steps, about.held_out) == (70, {"rate": 1.5})
    for key, tensor in load(run / "model").model.state_dict().items():
        assert torch.equal(tensor, model.state_dict()[key])


@pytest.mark.parametrize(
    "name", ["", "..", "a/b", "-a", "ä", "a b", "x.json", "x.bin", "multi-rate", "a" * 101]
)
def test_a_name_that_cannot_be_is_one_line_and_leaves_nothing(
    name: str, run: Path, folder: Path
) -> None:
    with pytest.raises(UserError) as caught:
        keep(run, name, folder)
    assert "\n" not in str(caught.value)
    assert not folder.exists()


def test_nothing_is_overwritten(run: Path, folder: Path) -> None:
    before = keep(run, "first", folder).with_name("first.json").read_bytes()
    for name in ("first", "First"):
        with pytest.raises(UserError, match="there already"):
            keep(run, name, folder)
    assert (folder / "first.json").read_bytes() == before
    assert len(list(folder.iterdir())) == 2


def test_a_full_folder_is_one_line(run: Path, folder: Path) -> None:
    folder.mkdir()
    for k in range(MOST):
        (folder / f"m{k}.json").write_text("{}")
    with pytest.raises(UserError, match="50 models are kept already"):
        keep(run, "more", folder)


def test_a_run_without_a_model_is_one_line(tmp_path: Path, folder: Path) -> None:
    with pytest.raises(UserError, match="no model yet"):
        keep(tmp_path, "early", folder)


def test_a_damaged_model_is_not_kept(run: Path, folder: Path) -> None:
    (run / "model.safetensors").write_bytes((run / "model.safetensors").read_bytes()[:-4])
    with pytest.raises(UserError, match="truncated"):
        keep(run, "half", folder)
    assert not folder.exists()


def test_a_full_disk_is_one_line_and_leaves_nothing(
    run: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, values: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(keeping, "write_json", full)
    with pytest.raises(UserError, match="No space left"):
        keep(run, "lost", folder)
    assert list(folder.iterdir()) == []


def test_the_listing_follows_the_files(run: Path, folder: Path) -> None:
    listing = Listing(folder)
    assert listing.entries() == []
    keep(run, "b", folder)
    keep(run, "a", folder)
    assert [(e.name, e.usable) for e in listing.entries()] == [("a", True), ("b", True)]
    (folder / "a.json").write_text(json.dumps({}))
    assert [(e.name, e.usable) for e in listing.entries()] == [("a", False), ("b", True)]
    (folder / "a.json").unlink()
    assert "missing" in listing.entries()[0].error
    (folder / "a.safetensors").unlink()
    assert [e.name for e in listing.entries()] == ["b"]


def test_what_has_not_changed_is_not_read_again(
    run: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(run, "a", folder)
    listing = Listing(folder)
    first = listing.entries()
    monkeypatch.setattr(keeping, "entry", None)  # a second look would fail
    assert listing.entries()[0] is first[0]


def test_a_listing_holds_for_a_moment(
    run: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "FRESH", 60.0)
    listing = Listing(folder)
    assert listing.entries() == []
    keep(run, "a", folder)
    assert listing.entries() == []
    assert [e.name for e in listing.entries(now=True)] == ["a"]
