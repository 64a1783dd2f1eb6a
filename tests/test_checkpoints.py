"""A checkpoint's round trip, or one line that says why not."""

from __future__ import annotations

import dataclasses
import json
import os
import pickle
import re
import struct
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import save as serialize

from vaeviz import data
from vaeviz.checkpoints import Manifest, catalogue, files, load, manifest, save, store, weights
from vaeviz.config import RunSettings, UserError
from vaeviz.models import linear, vae

SETTINGS = RunSettings(data="three-gaussians", widths=(8,), latent=2)


def draft(name: str = "toy", **changes: object) -> Manifest:
    values = {
        "name": name,
        "kind": "vae",
        "settings": SETTINGS.to_json(),
        "data": "three-gaussians",
        "digest": "0" * 16,
        "seed": 0,
        "steps": 2000,
        "held_out": {"rate": 1.5, "distortion": 2.25},
    }
    return Manifest(**{**values, **changes})  # type: ignore[arg-type]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one good checkpoint named toy."""
    save(vae.build(SETTINGS, (2,)), tmp_path, draft())
    return tmp_path


def rewrite(folder: Path, change: Callable[[dict], None], honest: bool = True) -> None:
    """Change the manifest; `honest` gives it its right hash again, so that later checks are
    reached.
    """
    path = folder / "toy.json"
    values = json.loads(path.read_text())
    change(values)
    if honest:
        values.pop("manifest_sha256", None)
        values["manifest_sha256"] = manifest._digest(values)
    path.write_text(json.dumps(values))


def refit(folder: Path, content: bytes) -> None:
    """Other weights, and a manifest that vouches for them: only the closer checks are left to
    object.
    """
    (folder / "toy.safetensors").write_bytes(content)
    sha = weights.hashlib.sha256(content).hexdigest()
    rewrite(folder, lambda m: m.update(sha256=sha, bytes=len(content)))


# --- what is saved comes back
# ------------------------------------------------------------------------------------------------


def test_a_model_comes_back_to_the_last_bit(folder: Path) -> None:
    model, about = load(folder / "toy")
    assert all(
        torch.equal(t, vae.build(SETTINGS, (2,)).state_dict()[k])
        for k, t in model.state_dict().items()
    )
    assert RunSettings.from_json(about.settings) == SETTINGS
    assert about.held_out == {"rate": 1.5, "distortion": 2.25}
    assert (
        about.versions["torch"] == torch.__version__.split("+")[0] or "+" in about.versions["torch"]
    )


def test_it_is_found_by_either_file_and_by_name(folder: Path) -> None:
    for which in (folder / "toy.json", folder / "toy.safetensors", str(folder / "toy")):
        assert load(which).manifest.name == "toy"
    assert load("toy", (folder,)).manifest.name == "toy"


def test_half_precision_halves_the_file_and_rounds_once(tmp_path: Path) -> None:
    wide = dataclasses.replace(SETTINGS, widths=(64, 64))
    model, asked = vae.build(wide, (2,)), wide.to_json()
    full = save(model, tmp_path, draft("full", settings=asked))
    half = save(model, tmp_path, draft("half", settings=asked, dtype="float16"))
    assert half.bytes < 0.6 * full.bytes
    for key, tensor in load(tmp_path / "half").model.state_dict().items():
        assert tensor.dtype == torch.float32
        assert torch.equal(tensor, model.state_dict()[key].half().float())


def test_a_variance_for_every_pixel_comes_back(tmp_path: Path) -> None:
    settings = dataclasses.replace(SETTINGS, likelihood="gaussian-per-pixel")
    model, z = vae.build(settings, (2,)), torch.randn(5, settings.latent)
    save(model, tmp_path, draft(settings=settings.to_json()))
    result = load(tmp_path / "toy")
    assert RunSettings.from_json(result.manifest.settings) == settings
    assert isinstance(result.model, vae.VAE)
    assert torch.equal(result.model.decode(z), model.decode(z))
    assert model.decode(z).shape == (5, 2, 2)


def test_a_linear_vae_comes_back(tmp_path: Path) -> None:
    model = linear.build(SETTINGS, torch.tensor([0.5, -1.0]))
    save(model, tmp_path, draft(kind="linear"))
    result = load(tmp_path / "toy").model
    assert all(torch.equal(t, model.state_dict()[k]) for k, t in result.state_dict().items())


def test_saving_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        save(vae.build(SETTINGS, (2,)), tmp_path / name, draft())
    for suffix in (".json", ".safetensors"):
        assert (tmp_path / "a" / f"toy{suffix}").read_bytes() == (
            tmp_path / "b" / f"toy{suffix}"
        ).read_bytes()


def test_saving_leaves_no_temporary_file_even_when_interrupted(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (folder / "toy.json").read_bytes()

    def interrupted(source: Path, target: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        save(vae.build(dataclasses.replace(SETTINGS, seed=1), (2,)), folder, draft(steps=1))
    assert (folder / "toy.json").read_bytes() == before
    assert sorted(file.name for file in folder.iterdir()) == ["toy.json", "toy.safetensors"]
    assert load(folder / "toy").manifest.steps == 2000


def test_the_manifest_is_written_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []
    monkeypatch.setattr(os, "replace", lambda source, target: order.append(Path(target).suffix))
    save(vae.build(SETTINGS, (2,)), tmp_path, draft())
    assert order == [".safetensors", ".json"]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1e6])
def test_weights_that_do_not_survive_are_not_saved(tmp_path: Path, value: float) -> None:
    model = vae.build(SETTINGS, (2,))
    with torch.no_grad():
        next(model.parameters())[0, 0] = value
    with pytest.raises(UserError, match="not finite in float16"):
        save(model, tmp_path, draft(dtype="float16"))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "name", ["", "../up", "a/b", "con aux", ".hidden", "x" * 101, "a.json", "naïve"]
)
def test_a_name_that_cannot_name_a_file_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UserError, match="checkpoint name"):
        save(vae.build(SETTINGS, (2,)), tmp_path, draft(name))


# --- the wheel of bad input
# ------------------------------------------------------------------------------------------------


class Bomb:
    """Unpickling this writes a file: the test then fails."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple:
        return (Path.touch, (self.path,))


def truncate(folder: Path) -> None:
    path = folder / "toy.safetensors"
    path.write_bytes(path.read_bytes()[:-7])


def empty(folder: Path) -> None:
    (folder / "toy.safetensors").write_bytes(b"")


def lengthen(folder: Path) -> None:
    path = folder / "toy.safetensors"
    path.write_bytes(path.read_bytes() + b"\0")


def flip(folder: Path) -> None:
    path = folder / "toy.safetensors"
    content = bytearray(path.read_bytes())
    content[-3] ^= 1
    path.write_bytes(content)


def oversize(folder: Path) -> None:
    with (folder / "toy.safetensors").open("r+b") as file:
        file.truncate(weights.LARGEST + 1)  # sparse: takes no space


def rename(folder: Path) -> None:
    (folder / "toy.safetensors").rename(folder / "other.safetensors")
    (folder / "toy.json").rename(folder / "other.json")


def pickled(folder: Path) -> None:
    (folder / "toy.safetensors").write_bytes(pickle.dumps(Bomb(folder / "boom")))


def torch_saved(folder: Path) -> None:
    torch.save({"a": torch.zeros(2)}, folder / "toy.safetensors")


def foreign(folder: Path) -> None:
    refit(folder, b"\x93NUMPY" + bytes(100))


def huge_header(folder: Path) -> None:
    refit(folder, struct.pack("<Q", 2**62) + b"{}")


def deep_header(folder: Path) -> None:
    body = b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    refit(folder, struct.pack("<Q", len(body)) + body)


def overlapping(folder: Path) -> None:
    one = {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}
    body = json.dumps({"a": one, "b": one}).encode()
    refit(folder, struct.pack("<Q", len(body)) + body + bytes(8))


def unfilled(folder: Path) -> None:
    body = json.dumps({"a": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}).encode()
    refit(folder, struct.pack("<Q", len(body)) + body + bytes(8))


def bad_entry(folder: Path) -> None:
    body = json.dumps({"a": {"dtype": "F32", "shape": [2**20], "data_offsets": [0, 4]}}).encode()
    refit(folder, struct.pack("<Q", len(body)) + body + bytes(4))


def wrong_dtype(folder: Path) -> None:
    refit(folder, serialize({"a": torch.zeros(2, dtype=torch.int64)}))


def wrong_shape(folder: Path) -> None:
    refit(
        folder, serialize(vae.build(dataclasses.replace(SETTINGS, widths=(9,)), (2,)).state_dict())
    )


def wrong_names(folder: Path) -> None:
    refit(folder, serialize({"log_sigma2": torch.zeros(())}))


def not_finite(folder: Path) -> None:
    model = vae.build(SETTINGS, (2,))
    model.log_sigma2.fill_(float("nan"))
    refit(folder, serialize(model.state_dict()))


def setting(key: str, value: object) -> Callable[[Path], None]:
    return lambda folder: rewrite(folder, lambda m: m["settings"].update({key: value}))


def entry(key: str, value: object, honest: bool = True) -> Callable[[Path], None]:
    return lambda folder: rewrite(folder, lambda m: m.update({key: value}), honest)


def text(content: str | bytes) -> Callable[[Path], None]:
    raw = content.encode() if isinstance(content, str) else content
    return lambda folder: (folder / "toy.json").write_bytes(raw) and None


def missing(suffix: str) -> Callable[[Path], None]:
    return lambda folder: (folder / f"toy{suffix}").unlink()


def both_missing(folder: Path) -> None:
    missing(".json")(folder)
    missing(".safetensors")(folder)


def folder_in_place(folder: Path) -> None:
    missing(".json")(folder)
    (folder / "toy.json").mkdir()


WHEEL: list[tuple[str, Callable[[Path], None], str]] = [
    ("truncated", truncate, "truncated .*copy it again"),
    ("empty", empty, "truncated .*copy it again"),
    ("too long", lengthen, "too long .*copy it again"),
    ("bit flipped", flip, "SHA-256 differs.*copy it again"),
    ("oversized", oversize, "larger than 67,108,864 bytes.*remove it"),
    ("pickled", pickled, "is a pickle.*never opened"),
    ("torch.save", torch_saved, "is a pickle.*never opened"),
    ("another format", foreign, "not a safetensors file"),
    ("header beyond the file", huge_header, "not a safetensors file"),
    ("deep header", deep_header, "nested too deeply"),
    ("overlapping tensors", overlapping, "at the wrong place"),
    ("bytes left over", unfilled, "do not fill the file"),
    ("shape beyond the bytes", bad_entry, "bad entry"),
    ("integers", wrong_dtype, "is I64, the manifest says F32"),
    ("wrong shape", wrong_shape, r"has shape \(9, 2\), its settings ask for \(8, 2\)"),
    ("wrong names", wrong_names, "lacks tensor"),
    ("NaN", not_finite, "log_sigma2 holds NaN"),
    ("d larger than the model's", setting("latent", 3), "its settings ask for"),
    ("settings of a giant", setting("widths", [4096] * 8), "lacks tensor"),
    ("impossible setting", setting("latent", 0), "latent size 0: use 1 to 512"),
    ("setting of another type", setting("beta", "one"), "setting 'beta'.*give a float"),
    ("unknown setting", setting("gamma", 1), "unknown setting 'gamma': remove it"),
    ("unknown key", entry("author", "me"), "unknown key 'author': remove it"),
    ("edited", entry("steps", 1, honest=False), "edited or damaged"),
    ("key of another type", entry("steps", "many"), "key 'steps' is .many.: give a int"),
    (
        "numbers that are words",
        entry("held_out", {"rate": "low"}),
        "key 'held_out' is .*: give a dict",
    ),
    ("newer format", entry("format", 2), "is of format 2.*update vaeviz"),
    ("unknown kind", entry("kind", "gan"), "unknown kind of model 'gan'"),
    ("unknown data set", entry("data", "cats"), "unknown data set 'cats'"),
    ("unknown dtype", entry("dtype", "int8"), "dtype 'int8' is not one of"),
    ("manifest lacks a key", lambda f: rewrite(f, lambda m: m.pop("kind")), "lacks 'kind'"),
    ("manifest is no JSON", text("{nope"), "is not plain JSON"),
    ("manifest is a list", text("[1]"), "holds no JSON object"),
    ("manifest is empty", text(""), "is not plain JSON"),
    ("manifest is binary", text(b"\xff\xfe\0"), "is not plain JSON"),
    ("manifest is too big", text(" " * (files.LARGEST_JSON + 1)), "is larger than"),
    ("manifest is deep", text("[" * 100_000), "nested too deeply"),
    ("manifest with NaN", text('{"steps": NaN}'), "not finite"),
    ("manifest with 1e999", text('{"steps": 1e999}'), "not finite"),
    ("manifest with a huge number", text('{"steps": ' + "9" * 50 + "}"), "too large"),
    ("manifest with a key twice", text('{"a": 1, "a": 2}'), "given twice"),
    ("no weights", missing(".safetensors"), "toy.safetensors is missing: restore it"),
    ("no manifest", missing(".json"), "toy.json is missing: restore it"),
    ("nothing", both_missing, "no checkpoint"),
    ("a folder in place of the manifest", folder_in_place, "toy.json is not there"),
]


@pytest.mark.parametrize(("spoil", "message"), [w[1:] for w in WHEEL], ids=[w[0] for w in WHEEL])
def test_bad_input_is_one_line_with_cause_and_cure(
    folder: Path, spoil: Callable[[Path], None], message: str
) -> None:
    spoil(folder)
    with pytest.raises(UserError, match=message) as caught:
        load(folder / "toy")
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 300
    assert not (folder / "boom").exists()


def test_a_renamed_copy_says_which_name_it_had(folder: Path) -> None:
    rename(folder)
    with pytest.raises(UserError, match="other is a renamed copy of 'toy'"):
        load(folder / "other")


@pytest.mark.parametrize("suffix", [".pt", ".pkl", ".ckpt", ".bin"])
def test_a_path_to_a_pickle_is_not_even_looked_for(folder: Path, suffix: str) -> None:
    with pytest.raises(UserError, match="looks like a pickle"):
        load(folder / f"toy{suffix}")


def test_an_honest_giant_takes_no_memory(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings that ask for 130 million weights are refused by shapes alone, on the meta device."""
    devices: list[str] = []
    build = store.kinds.build

    def watched(*args: object) -> torch.nn.Module:
        model = build(*args)  # type: ignore[arg-type]
        devices.append(next(model.parameters()).device.type)
        return model

    monkeypatch.setattr(store.kinds, "build", watched)
    setting("widths", [4096] * 8)(folder)
    with pytest.raises(UserError):
        load(folder / "toy")
    assert devices == ["meta"]


# --- the catalogue
# ------------------------------------------------------------------------------------------------


def test_the_catalogue_lists_the_bad_with_their_line(folder: Path) -> None:
    save(vae.build(SETTINGS, (2,)), folder, draft("cut"))
    save(vae.build(SETTINGS, (2,)), folder, draft("lone"))
    (folder / "cut.safetensors").write_bytes(b"x")
    (folder / "lone.json").unlink()
    (folder / "notes.txt").write_text("not ours")
    result = {e.name: e for e in catalogue(folder)}
    assert set(result) == {"cut", "lone", "toy"}
    assert result["toy"].usable
    assert result["toy"].manifest
    assert re.search("truncated", result["cut"].error)
    assert re.search("missing", result["lone"].error)


def test_a_quick_look_finds_an_unknown_data_set(folder: Path) -> None:
    entry("data", "cats")(folder)
    assert "unknown data set 'cats'" in catalogue(folder)[0].error


def test_a_deep_catalogue_finds_what_only_building_shows(folder: Path) -> None:
    wrong_shape(folder)
    assert catalogue(folder)[0].usable
    assert "its settings ask for" in catalogue(folder, deep=True)[0].error


def test_a_folder_that_is_not_there_holds_nothing(tmp_path: Path) -> None:
    assert catalogue(tmp_path / "none") == []


# --- fuzz
# ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    path = tmp_path_factory.mktemp("good")
    save(vae.build(SETTINGS, (2,)), path, draft())
    return {file.suffix: file.read_bytes() for file in path.iterdir()}


@settings(max_examples=300, deadline=None, derandomize=True)
@given(
    suffix=st.sampled_from([".json", ".safetensors"]),
    place=st.floats(0, 1, exclude_max=True),
    change=st.one_of(st.integers(1, 255), st.sampled_from(["cut", "drop", "twice"])),
)
def test_a_damaged_file_never_loads(
    good: dict[str, bytes], suffix: str, place: float, change: int | str
) -> None:
    content = bytearray(good[suffix])
    at = int(place * len(content))
    if isinstance(change, int):
        content[at] ^= change
    else:
        content[at:] = {
            "cut": b"",
            "drop": content[at + 1 :],
            "twice": content[at:] + content[at:],
        }[change]
    with tempfile.TemporaryDirectory() as name:
        for key, value in {**good, suffix: bytes(content)}.items():
            (Path(name) / f"toy{key}").write_bytes(value)
        try:
            result = load(Path(name) / "toy")
        except UserError:
            return
        assert suffix == ".json", (
            "only white space between the manifest's words may change without harm"
        )
        assert json.loads(content) == json.loads(good[".json"])
        assert result.manifest.data in data.names()
