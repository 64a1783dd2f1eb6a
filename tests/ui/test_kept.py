"""Dedicated models, kept or shipped: listed by data set, shown as trained, and missed without a
fuss.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import numpy as np
import pytest
import torch

from vaeviz import checkpoints
from vaeviz.checkpoints import Listing, Manifest, keeping
from vaeviz.config import Likelihood, RunSettings, UserError
from vaeviz.live.board import unpack
from vaeviz.measures.codecs.codec import Codec
from vaeviz.measures.codecs.torch_codec import DedicatedCodec
from vaeviz.models import vae
from vaeviz.ui import kept, models, store
from vaeviz.ui.frames import message
from vaeviz.ui.settings import DECODERS, MULTI_RATE, Settings, fit, parse
from vaeviz.ui.views import Probe

Probes = Callable[[str], Probe]
RUN = RunSettings(widths=(8,), latent=3, beta=2.0, sigma2=0.03)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Empty folders of kept models, looked at afresh every time, and of shipped ones."""
    monkeypatch.setattr(keeping, "FRESH", 0.0)
    monkeypatch.setattr(kept, "LISTING", Listing(tmp_path))
    monkeypatch.setattr(kept, "SHIPPED", tmp_path / "shipped")
    monkeypatch.setattr(models, "PATIENCE", 60)
    monkeypatch.setattr(store, "_JOBS", store.Once(workers=1))
    return tmp_path


def put(
    folder: Path, name: str = "mine", kind: str = "vae", sigma2: float = 0.02, **changes: Any
) -> RunSettings:
    """A tiny model, hardly trained, under `name`; `sigma2` is what a learned variance came to."""
    run = dataclasses.replace(RUN, **changes)
    model = vae.build(run, (8, 8) if run.data == "digits" else (2,))
    draft = Manifest(name, kind, run.to_json(), run.data, "0" * 16, 0, 70, {"sigma2": sigma2})
    checkpoints.save(model, folder, draft)
    return run


def shown(probe: Probe, **changes: Any) -> tuple[Settings, Codec]:
    """The settings as the board would have them, and the codec that answers."""
    settings, own, _ = kept.bound(kept.opened(Settings(**changes)))
    settings, _ = fit(settings, settings.d, len(probe.x), own or models.decoders(settings.data))
    codec = models.codec(settings, probe)
    assert codec is not None
    return settings, codec


def test_the_list_starts_with_the_multi_rate_model(folder: Path) -> None:
    assert [row[0] for row in kept.options("digits")] == [MULTI_RATE]


def test_the_list_has_the_data_sets_own_models(folder: Path) -> None:
    put(folder, "b")
    put(folder, "a", likelihood="bernoulli")
    put(folder, "plane", data="moons")
    assert kept.options("digits")[1:] == [
        ["a", "a (β 2, d 3)", ""],
        ["b", "b (β 2, σ² 0.03, d 3)", ""],
    ]
    assert [row[0] for row in kept.options("moons")] == [MULTI_RATE, "plane"]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"variational": False}, "no KL"),
        ({"latent": 17}, "17 latent"),
        ({"kind": "linear"}, "linear model"),
        ({"likelihood": "gaussian-per-pixel"}, "a σ² for every pixel, and no τ"),
    ],
)
def test_what_cannot_be_shown_is_listed_with_its_reason(
    folder: Path, changes: dict[str, Any], why: str
) -> None:
    put(folder, **changes)
    name, title, reason = kept.options("digits")[1]
    assert (name, title) == ("mine", "mine (not usable)")
    assert why in reason
    assert "\n" not in reason
    with pytest.raises(UserError):
        kept.find("mine")


@pytest.mark.parametrize("file", ["mine.json", "mine.safetensors"])
@pytest.mark.parametrize("damage", ["lost", "cut"])
def test_a_damaged_one_is_listed_with_its_reason(folder: Path, file: str, damage: str) -> None:
    put(folder)
    content = (folder / file).read_bytes()
    (folder / file).unlink() if damage == "lost" else (folder / file).write_bytes(content[:-9])
    for data in ("digits", "moons"):
        rows = [row for row in kept.options(data) if row[0] == "mine"]
        assert all(row[2] and "\n" not in row[2] for row in rows)
    settings, own, notes = kept.bound(Settings(model="mine"))
    assert (settings.model, own, len(notes)) == (MULTI_RATE, None, 1)


def test_it_answers_with_its_own_network_at_its_own_tau_and_d(folder: Path, probe: Probes) -> None:
    run, p = put(folder), probe("digits")
    settings, codec = shown(p, model="mine")
    assert isinstance(codec, DedicatedCodec)
    assert (settings.beta, settings.sigma2, settings.d) == (2.0, 0.03, 3)
    assert codec.tau_range == pytest.approx((0.06, 0.06))
    with torch.no_grad():
        mu, _ = vae.build(run, (8, 8)).encode(torch.from_numpy(p.x))
    np.testing.assert_allclose(codec.encode(p.x, 9.0, 7)[0], mu, atol=1e-6)
    assert models.codec(settings, p) is codec


def test_a_file_that_changes_is_loaded_anew(folder: Path, probe: Probes) -> None:
    put(folder)
    first = shown(probe("digits"), model="mine")[1]
    put(folder, seed=1)
    assert shown(probe("digits"), model="mine")[1] is not first


@pytest.mark.parametrize(
    ("likelihood", "data"),
    [
        ("gaussian", "digits"),
        ("gaussian-learned", "digits"),
        ("gaussian-optimal", "digits"),
        ("bernoulli", "digits"),
        ("categorical", "digits"),
        ("gaussian", "three-gaussians"),
        ("gaussian-optimal", "three-gaussians"),
    ],
)
def test_every_kept_model_has_a_whole_message(
    folder: Path, probe: Probes, likelihood: Likelihood, data: str
) -> None:
    put(folder, likelihood=likelihood, data=data)
    p = probe(data)
    settings, codec = shown(p, model="mine")
    settings = models.with_optimal_sigma2(settings, p, codec)
    own = kept.find("mine").decoders
    sent = message(
        settings,
        p,
        codec,
        store.observer(p, codec),
        own,
        [],
        "light",
        None,
        kept.options(data),
        seq=1,
    )
    header, _ = unpack(sent)
    assert [n for n in header["notes"] if "trained at β = 2" in n and "d = 3" in n]
    controls = {c["name"]: c for c in header["controls"]}
    assert controls["d"]["disabled"]
    assert controls["model"]["options"][1][0] == "mine"
    assert [o[0] for o in controls["decoder"]["options"] if not o[2]] == sorted(
        own, key=list(DECODERS).index
    )
    assert all(scene["settings"]["model"] == MULTI_RATE for scene in header["scenes"])
    rd = header["panels"]["rd"]["figure"]
    here = next(t for t in rd["data"] if t["name"] == "you are here")
    assert 0 <= here["x"][0] <= rd["layout"]["xaxis"]["range"][1]
    assert 0 <= here["y"][0] <= rd["layout"]["yaxis"]["range"][1]


def test_beta_and_sigma2_move_read_outs_and_nothing_else(folder: Path, probe: Probes) -> None:
    put(folder)
    p = probe("digits")
    s, codec = shown(p, model="mine")

    def rows(s: Settings) -> dict[str, str]:
        sent = message(s, p, codec, store.observer(p, codec), ("gaussian",), [], "light", seq=1)
        return {row[0]: row[1] for row in unpack(sent)[0]["readouts"]}

    before, after = rows(s), rows(dataclasses.replace(s, beta=0.5, sigma2=0.2))
    moved = {name for name in before if before[name] != after[name]}
    assert moved == {"D (nats)", "ELBO (nats)", "J = D + βR (nats)"}


def test_a_learned_variance_is_the_one_that_it_came_to(folder: Path) -> None:
    put(folder, likelihood="gaussian-learned", sigma2=0.0123)
    assert kept.opened(Settings(model="mine")).decoder == "gaussian-optimal"
    assert kept.opened(Settings(model="mine")).sigma2 == 0.0123
    assert kept.find("mine").tau == pytest.approx(2 * 0.0123)


def test_a_variance_for_every_pixel_is_no_number(folder: Path) -> None:
    put(folder, likelihood="gaussian-per-pixel", sigma2=0.0123)
    own = kept.known("mine")
    assert (own.gaussian, own.per_pixel, own.decoders) == (False, True, ("gaussian-per-pixel",))
    assert kept.title(own) == "mine (β 2, σ² a pixel, d 3)"
    assert "trained at β = 2, a σ² for every pixel, d = 3" in own.remark
    assert own.tau == 2.0
    opened = kept.opened(Settings(model="mine"), kept.known)
    assert (opened.decoder, opened.gaussian, opened.tau) == ("gaussian-per-pixel", False, 2.0)
    assert opened.sigma2 == Settings().sigma2


def test_a_run_without_any_beta_has_a_place(folder: Path, probe: Probes) -> None:
    put(folder, beta=0.0)
    settings, codec = shown(probe("digits"), model="mine")
    assert settings.beta == 1e-3
    assert codec.tau_range[0] > 0
    assert "β = 0," in codec.remark


@pytest.mark.parametrize("decoder", ["gaussian", "gaussian-optimal"])
@pytest.mark.parametrize("beta", [1.0, 3.0])
def test_a_link_opens_the_very_same_view(folder: Path, decoder: str, beta: float) -> None:
    put(folder, data="moons", likelihood="gaussian-learned")
    before = dataclasses.replace(kept.opened(Settings(model="mine")), decoder=decoder, beta=beta)
    raw = dict(parse_qsl(before.query()[1:]))
    again, notes = parse(raw, kept.opened(Settings(model=raw["model"])))
    assert (again, notes) == (before, [])


def test_its_name_is_enough(folder: Path) -> None:
    put(folder, data="moons")
    opened = kept.opened(Settings(model="mine"))
    assert (opened.data, opened.beta, opened.sigma2, opened.d) == ("moons", 2.0, 0.03, 3)


def test_a_name_that_is_gone_is_one_line_and_the_multi_rate_model(folder: Path) -> None:
    settings, own, notes = kept.bound(kept.opened(Settings(model="gone", d=5)))
    assert (settings, own) == (Settings(d=5), None)
    assert notes == ["there is no kept model gone. Shown instead: the multi-rate model."]


def test_another_data_set_leaves_it(folder: Path) -> None:
    put(folder)
    settings, own, notes = kept.bound(Settings(model="mine", data="moons"))
    assert (settings.model, own) == (MULTI_RATE, None)
    assert "model of digits" in notes[0]


def test_without_a_kept_model_nothing_changes(folder: Path) -> None:
    assert kept.bound(Settings()) == (Settings(), None, [])
    assert kept.opened(Settings(beta=3.0)) == Settings(beta=3.0)


# --- shipped ones
# ------------------------------------------------------------------------------------------------


@pytest.fixture
def pair(folder: Path) -> Path:
    """A shipped autoencoder and VAE of digits, beside a multi-rate model's files; their folder."""
    put(folder / "shipped", "digits-vae-2d", latent=2)
    put(folder / "shipped", "digits-ae-2d", latent=2, variational=False)
    put(folder / "shipped", "digits")
    return folder / "shipped"


def test_shipped_models_are_offered_after_the_kept_ones(pair: Path, folder: Path) -> None:
    put(folder)
    names = ["mine", "digits-ae-2d", "digits-vae-2d"]
    assert [row[0] for row in kept.options("digits")] == [MULTI_RATE, *names]
    assert [row[0] for row in kept.options("moons")] == [MULTI_RATE]
    assert [(k.entry.name, k.shipped, k.variational) for k in kept.dedicated("digits")] == [
        ("mine", False, True),
        ("digits-ae-2d", True, False),
        ("digits-vae-2d", True, True),
    ]
    assert [k.entry.name for k in models.shipped("digits")] == names[1:]
    assert (kept.dedicated("moons"), models.shipped("moons")) == ((), ())


def test_a_shipped_vae_answers_as_a_kept_one_does(pair: Path, probe: Probes) -> None:
    settings, codec = shown(probe("digits"), model="digits-vae-2d")
    assert isinstance(codec, DedicatedCodec)
    assert (settings.d, codec.source) == (2, "dedicated model digits-vae-2d, step 70")
    assert codec.remark.startswith("Shipped model digits-vae-2d: trained at β = 2")
    assert Settings().model == MULTI_RATE


def test_a_plain_autoencoder_is_not_for_the_explorer(pair: Path) -> None:
    title, reason = next(row[1:] for row in kept.options("digits") if row[0] == "digits-ae-2d")
    assert title == "digits-ae-2d (not usable)"
    assert "no KL" in reason
    with pytest.raises(UserError, match="Latent space"):
        kept.find("digits-ae-2d")
    settings, own, notes = kept.bound(Settings(model="digits-ae-2d"))
    assert (settings.model, own, len(notes)) == (MULTI_RATE, None, 1)


def test_a_plain_autoencoder_is_known_and_has_no_variance(pair: Path, probe: Probes) -> None:
    p, plain = probe("digits"), kept.known("digits-ae-2d")
    codec = models.dedicated(plain, p)
    assert isinstance(codec, DedicatedCodec)
    mu, logvar = codec.encode(p.x, 1.0, 2)
    with torch.no_grad():
        expected, untrained = vae.build(plain.run, (8, 8)).encode(torch.from_numpy(p.x))
    np.testing.assert_allclose(mu, expected, atol=1e-6)
    assert untrained.std() > 0
    assert (logvar == vae.LOGVAR_RANGE[0]).all()
    assert codec.source == "plain autoencoder digits-ae-2d, step 70"
    assert "β" not in codec.remark.replace("no β", "")
    with pytest.raises(LookupError):
        codec.curve(2)


def test_a_kept_model_stands_before_a_shipped_one_of_its_name(pair: Path, folder: Path) -> None:
    put(folder, "digits-vae-2d", latent=3)
    assert [row[0] for row in kept.options("digits")].count("digits-vae-2d") == 1
    assert not kept.find("digits-vae-2d").shipped
    assert kept.find("digits-vae-2d").run.latent == 3


@pytest.mark.parametrize("end", [".json", ".safetensors"])
def test_a_damaged_shipped_model_is_listed_with_its_data_set_alone(pair: Path, end: str) -> None:
    file = pair / f"digits-vae-2d{end}"
    file.write_bytes(file.read_bytes()[:-9])
    (row,) = (row for row in kept.options("digits") if row[0] == "digits-vae-2d")
    assert row[1] == "digits-vae-2d (not usable)"
    assert row[2]
    assert [row[0] for row in kept.options("moons")] == [MULTI_RATE]
    assert [k.entry.name for k in kept.dedicated("digits")] == ["digits-ae-2d"]
