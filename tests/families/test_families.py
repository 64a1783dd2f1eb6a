"""Families by name, settings and manifest; and a new one, which everything finds by itself."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from io import StringIO
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest
import torch
from torch import Tensor

from vaeviz import checkpoints, data, families
from vaeviz.checkpoints import SHIPPED, kinds
from vaeviz.checkpoints.files import write_json
from vaeviz.commands.cli import main
from vaeviz.config import RunSettings, UserError
from vaeviz.families import FAMILIES, Trait
from vaeviz.families.vae import TRAITS, VAEFamily
from vaeviz.models import vae
from vaeviz.models.multi_rate_settings import MultiRateSettings
from vaeviz.objectives import ELBO, RECONSTRUCTION
from vaeviz.objectives.elbo import Elbo
from vaeviz.objectives.objective import Terms
from vaeviz.runs.folder.progress import MODEL, SETTINGS
from vaeviz.runs.worker.process import Worker
from vaeviz.runs.worker.session import Session
from vaeviz.runs.worker.twins import Line

SHORT = {"data": "three-gaussians", "widths": (8,), "latent": 2, "steps": 60}


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        (RunSettings(), "vae"),
        (RunSettings(likelihood="gaussian-per-pixel"), "vae"),
        (RunSettings(variational=False), "autoencoder"),
        (RunSettings(decoder="masked"), "masked"),
        (RunSettings(decoder="masked", variational=False), "autoencoder"),
        (MultiRateSettings(), "multi-rate"),
    ],
)
def test_settings_tell_the_family(settings: Any, name: str) -> None:
    family = families.of(settings)
    assert (family.name, FAMILIES[name]) == (name, family)
    assert families.read_settings(settings.to_json()) == settings
    seen = getattr(settings, "decoder", "") == "masked"
    assert (Trait.PIXELS_SEEN in family.traits_of(settings)) == seen
    assert (Trait.NETWORK in family.traits_of(settings)) != seen
    assert (Trait.POSTERIOR in family.traits) == (name != "autoencoder")


def test_settings_of_no_family_are_refused() -> None:
    with pytest.raises(UserError, match="type Other"):
        families.of(type("Other", (), {})())
    for values in ({"gamma": 1}, {"data": 3}, [], None):
        with pytest.raises(UserError):
            families.read_settings(values)


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.json")), ids=lambda path: path.stem)
def test_every_shipped_checkpoint_has_the_family_of_its_recipe(path: Path) -> None:
    about, _, _ = checkpoints.inspect(path.with_suffix(""))
    family, settings = families.of_manifest(about)
    assert family.recipes[about.name] == settings
    assert family.kind == about.kind


@pytest.mark.parametrize("kind", ["vae", "masked", "linear"])
def test_a_manifest_tells_the_family(kind: str) -> None:
    about, _, _ = checkpoints.inspect(SHIPPED / "digits-vae-2d")
    changes = {"decoder": "masked"} if kind == "masked" else {}
    settings = RunSettings(**changes)
    about = replace(about, kind=kind, settings=settings.to_json())
    assert families.of_manifest(about) == (FAMILIES[kind], settings)
    with pytest.raises(UserError, match="unknown kind of model 'gan'"):
        families.of_manifest(replace(about, kind="gan"))


def test_models_carry_what_they_are_trained_for() -> None:
    for settings, objective in (
        (RunSettings(), ELBO),
        (RunSettings(variational=False), RECONSTRUCTION),
    ):
        model: Any = families.of(settings).build(settings, (8, 8))
        assert model.objective is objective
        same = vae.build(settings, (8, 8))
        assert all(map(torch.equal, model.state_dict().values(), same.state_dict().values()))


def test_a_coder_at_another_setting() -> None:
    settings, model = RunSettings(), vae.build(RunSettings(), (8, 8))
    assert families.VAE.coder(model, settings) == (model, settings)
    assert families.VAE.coder(model, settings, beta=2.0)[1].beta == 2.0
    for more in ({"sigma2": 0.1}, {"latent": 3}):
        with pytest.raises(UserError, match="belong to multi-rate"):
            families.VAE.coder(model, settings, **more)  # type: ignore[arg-type]
    run = MultiRateSettings(widths=(8,), max_latent=4)
    many: Any = families.MULTI_RATE.build(run, (8, 8))
    held, probe = families.MULTI_RATE.coder(many, run, 2.0, 0.05, 3)
    place = many.at(0.1, 3)
    assert torch.equal(held.held.decoder[1].weight, place.decoder[1].weight)
    assert held.log_sigma2.exp().item() == pytest.approx(0.05)
    assert held.held.decoder[0].weight.shape == (8, 3)
    assert (probe.beta, probe.sigma2, probe.latent) == (2.0, 0.05, 3)
    bernoulli = families.MULTI_RATE.coder(many, replace(run, likelihood="bernoulli"), 2.0)[0]
    assert torch.equal(bernoulli.held.decoder[0].bias, many.at(2.0, 4).decoder[0].bias)


# --- a new family: settings and family, model, objective, this test; one line
# ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class CappedSettings(RunSettings):
    cap: float = 3.0


class Capped(Elbo):
    """β|R - C| in place of βR (Burgess et al. 2018, arXiv:1804.03599)."""

    by_hand: ClassVar[bool] = False

    def __init__(self, cap: float) -> None:
        self.cap = cap

    def weigh(self, terms: Terms, beta: float, free_bits: float = 0.0) -> Tensor:
        return terms.distortion.mean() + beta * (terms.rate.mean() - self.cap).abs()


@dataclass(frozen=True)
class CappedFamily(VAEFamily):
    mark: ClassVar[str] = "capped"

    def owns(self, settings: Any) -> bool:
        return True

    def build(self, settings: Any, shape: tuple[int, ...]) -> Any:
        model = vae.build(settings, shape)
        model.objective = Capped(settings.cap)
        return model


NEW = CappedFamily("capped", "capped VAE", "capped", CappedSettings, TRAITS)


@pytest.fixture
def new(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(FAMILIES, NEW.name, NEW)
    monkeypatch.setitem(kinds._KINDS, NEW.kind, (NEW.settings, NEW.build))


def machine(*arguments: str) -> dict[str, Any]:
    out = StringIO()
    assert main([*arguments, "--json"], out, StringIO()) == 0
    return json.loads(out.getvalue())


@pytest.mark.usefixtures("new")
def test_the_command_line_trains_keeps_and_judges_a_new_family(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    words = ["--widths", "8", "--latent", "2", "--steps", "400", "--beta", "50", "--set", "cap=1.5"]
    made = machine("train", "three-gaussians", "--family", "capped", *words)
    assert made["held_out"]["rate"] == pytest.approx(1.5, abs=0.2)
    name = Path(made["checkpoint"]).name
    assert "capped" in name
    loaded = checkpoints.load(name)
    assert loaded.model.objective.cap == 1.5  # type: ignore[union-attr]
    assert families.of_manifest(loaded.manifest)[0] is NEW
    assert machine("evaluate", name)["held_out"] == made["held_out"]
    assert families.open_codec(loaded).source.startswith("dedicated model")


@pytest.mark.usefixtures("new")
def test_a_worker_finds_a_new_family(tmp_path: Path) -> None:
    settings = CappedSettings(**SHORT, cap=0.5)  # type: ignore[arg-type]
    write_json(tmp_path / SETTINGS, settings.to_json())
    assert Worker(tmp_path).run().state == "done"
    loaded = checkpoints.load(tmp_path / MODEL)
    assert (loaded.manifest.kind, loaded.manifest.settings["cap"]) == ("capped", 0.5)


@pytest.mark.usefixtures("new")
def test_a_live_run_finds_a_new_family() -> None:
    settings = CappedSettings(**SHORT, cap=0.5)  # type: ignore[arg-type]
    line = Line.from_json(Line(settings, replace(settings, beta=3.0)).to_json())
    assert line.members == (settings, replace(settings, beta=3.0))
    session = Session(line, data.load("three-gaussians"))
    for _ in range(5):
        session.advance()
    frame = session.frame()
    assert len(frame.learners) == 2
    assert np.isfinite(frame.learners[0].history.rate_gradient[-1])
    assert session.members[0].trainer.record().objective == pytest.approx(
        frame.learners[0].history.distortion[-1] + abs(frame.learners[0].history.rate[-1] - 0.5),
        rel=1e-4,
    )
