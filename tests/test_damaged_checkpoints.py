"""A damaged checkpoint is refused in one line, whatever the damage; a fuzz with a fixed seed.

Bytes of both files, the manifest's values and the header's entries are changed, also with hashes
that fit the damage, which brings it to the inner checks.
"""

from __future__ import annotations

import hashlib
import json
import random
from pathlib import Path
from typing import Any

import pytest
import torch

from vaeviz import checkpoints, data, families
from vaeviz.checkpoints import manifest
from vaeviz.config import RunSettings, UserError

SETTINGS = RunSettings("three-gaussians", widths=(3,), latent=2)
ODD = (
    *(None, True, False, 0, -1, 1, 2**53, 2**63, 1e308, 0.5, -0.0, "", "x", "F32", "F16", "BF16"),
    *([], [0], [1, 2, 3], [[1]], [2**40, 2**40], [0] * 9, {}, {"a": 1}, "\ud800", "F3\n", "digits"),
)
Files = tuple[bytes, bytes]  # manifest and weights


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Files:
    folder = tmp_path_factory.mktemp("whole")
    model = families.VAE.build(SETTINGS, (2,))
    digest = data.load(SETTINGS.data).digest
    about = manifest.Manifest(
        "m", "vae", SETTINGS.to_json(), SETTINGS.data, digest, 0, 5, {"rate": 1.0}
    )
    checkpoints.save(model, folder, about)
    return (folder / "m.json").read_bytes(), (folder / "m.safetensors").read_bytes()


def loaded(folder: Path, files: Files) -> checkpoints.Loaded | str:
    """What `load` gives, or the line of its refusal; any other error fails the test."""
    (folder / "m.json").write_bytes(files[0])
    (folder / "m.safetensors").write_bytes(files[1])
    try:
        return checkpoints.load(folder / "m", ())
    except UserError as error:
        return str(error)


def one_line(text: str) -> bool:
    return bool(text) and "\n" not in text and "\r" not in text and len(text) < 400


def sealed(about: dict[str, Any], content: bytes) -> Files:
    """The files with every hash and size right, whatever else is wrong."""
    sha256 = hashlib.sha256(content).hexdigest()
    values = {**about, "bytes": len(content), "sha256": sha256}
    values.pop("manifest_sha256", None)
    digest = hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()
    return json.dumps({**values, "manifest_sha256": digest}).encode(), content


def with_header(header: Any, body: bytes) -> bytes:
    text = json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + body


def parts(content: bytes) -> tuple[bytes, bytes]:
    """The header's text and the tensors' bytes."""
    end = 8 + int.from_bytes(content[:8], "little")
    return content[8:end], content[end:]


def worse(rng: random.Random, content: bytes) -> bytes:
    """One to five bytes flipped, replaced, removed, inserted or cut off."""
    changed = bytearray(content)
    for _ in range(rng.choice([1, 1, 1, 5])):
        at = rng.randrange(len(changed) or 1)
        match rng.randrange(5):
            case 0:
                changed[at : at + 1] = bytes([rng.randrange(256)])
            case 1:
                del changed[at : at + rng.choice([1, 4, 100])]
            case 2:
                changed[at:at] = rng.randbytes(rng.choice([1, 8]))
            case 3:
                del changed[at:]
            case _:
                changed[at : at + 8] = changed[:8]
    return bytes(changed)


def odder(rng: random.Random, values: dict[str, Any]) -> dict[str, Any]:
    """A copy in which one value, somewhere within, is odd, gone or twice there."""
    whole = node = json.loads(json.dumps(values))
    while True:
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        key = rng.choice(keys)
        if not (isinstance(node[key], dict | list) and node[key] and rng.random() < 0.7):
            break
        node = node[key]
    if isinstance(node, dict) and rng.random() < 0.4:
        other = rng.choice(["", "x", "__metadata__", "log_sigma2"])
        node[other] = node.pop(key) if rng.random() < 0.5 else rng.choice(ODD)
    else:
        node[key] = rng.choice(ODD)
    return whole


@pytest.mark.parametrize("seed", range(150))
def test_damage_that_the_hashes_do_not_cover_up_is_refused(
    seed: int, whole: Files, tmp_path: Path
) -> None:
    rng = random.Random(seed)
    about, content = whole
    files = (worse(rng, about), content) if seed % 2 else (about, worse(rng, content))
    found = loaded(tmp_path, files)
    if isinstance(found, str):
        assert one_line(found)
    else:  # what was changed was a blank of the manifest, or nothing
        assert found.manifest.to_json() == json.loads(about)
        assert content == files[1]


@pytest.mark.parametrize("seed", range(300))
def test_damage_below_hashes_that_fit_is_refused_or_is_a_whole_model(
    seed: int, whole: Files, tmp_path: Path
) -> None:
    rng = random.Random(seed)
    about, (header, body) = json.loads(whole[0]), parts(whole[1])
    match seed % 3:
        case 0:
            files = sealed(odder(rng, about), whole[1])
        case 1:
            files = sealed(about, with_header(odder(rng, json.loads(header)), body))
        case _:
            text = worse(rng, header)
            files = sealed(about, len(text).to_bytes(8, "little") + text + body)
    found = loaded(tmp_path, files)
    if isinstance(found, str):
        assert one_line(found)
        return
    state, known = found.model.state_dict(), families.VAE.build(SETTINGS, (2,)).state_dict()
    assert {name: t.shape for name, t in state.items()} == {n: t.shape for n, t in known.items()}
    assert all(torch.isfinite(tensor).all() for tensor in state.values())


@pytest.mark.parametrize(
    "about", [[], "text", 3, None, {"a": 1}, {"a": None}, {"a": ["b"]}], ids=str
)
def test_metadata_that_are_no_text_are_refused(about: Any, whole: Files, tmp_path: Path) -> None:
    header, body = parts(whole[1])
    content = with_header({**json.loads(header), "__metadata__": about}, body)
    found = loaded(tmp_path, sealed(json.loads(whole[0]), content))
    assert isinstance(found, str)
    assert "metadata" in found


def test_metadata_of_text_are_no_fault(whole: Files, tmp_path: Path) -> None:
    header, body = parts(whole[1])
    content = with_header({**json.loads(header), "__metadata__": {"a": "b"}}, body)
    assert not isinstance(loaded(tmp_path, sealed(json.loads(whole[0]), content)), str)


def test_an_error_of_the_library_that_reads_the_tensors_is_one_line(
    whole: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from safetensors import SafetensorError
    from safetensors import torch as library

    def fails(content: bytes) -> None:
        raise SafetensorError("invalid JSON in header:\nexpected a map")

    monkeypatch.setattr(library, "load", fails)
    found = loaded(tmp_path, whole)
    assert isinstance(found, str)
    assert one_line(found)


def test_settings_of_another_data_set_are_refused(whole: Files, tmp_path: Path) -> None:
    about = json.loads(whole[0])
    about["settings"]["data"] = "moons"
    found = loaded(tmp_path, sealed(about, whole[1]))
    assert isinstance(found, str)
    assert "three-gaussians" in found
