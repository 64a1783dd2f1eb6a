"""How true the multi-rate model is: dedicated models over a grid of (τ, d) and seeds, beside it.

A dedicated model is trained until its held-out objective stops falling (`training.dedicated`), from
random weights, and again from a warm start: its neighbour at the next smaller τ. Where the two end
at different objectives, one of them is in a local optimum. Every model is kept as a checkpoint, so
that a study that was stopped goes on, and readings can be taken anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import cast

import torch
from torch import nn

from vaeviz import checkpoints, families
from vaeviz.checked import checked
from vaeviz.checkpoints.files import read_json, write_json
from vaeviz.config import RunSettings, UserError
from vaeviz.data import Dataset
from vaeviz.densities import LIKELIHOODS
from vaeviz.measures import fidelity
from vaeviz.measures.codecs.codec import Coder
from vaeviz.measures.codecs.torch_codec import DedicatedCodec
from vaeviz.measures.fidelity import Comparison
from vaeviz.models.multi_rate_settings import MultiRateSettings
from vaeviz.models.vae import VAE
from vaeviz.records.fidelity import TAUS, Dedicated, FidelityStudy, Reading
from vaeviz.training.dedicated import Look, until_flat

SEEDS = (0, 1, 2)
STARTS = ("random", "warm")
MOST_STEPS = 40_000
READINGS = "readings"  # the folder of the models' readings, beside them
RECIPE = 1  # of the readings: raise it when they change


@dataclass(frozen=True)
class Cell:
    """One dedicated model of the study."""

    tau: float
    d: int
    seed: int
    warm: bool = False

    @property
    def start(self) -> str:
        return STARTS[self.warm]


def grid(
    taus: Sequence[float], dims: Sequence[int], seeds: Sequence[int], warm: bool = False
) -> list[Cell]:
    """Random starts seed by seed; then warm ones, in the order of their chains."""
    cells = [Cell(tau, d, seed) for seed in seeds for d in dims for tau in sorted(taus)]
    return cells + [replace(cell, warm=True) for cell in cells if warm and cell.tau > min(taus)]


@dataclass(frozen=True)
class Study:
    """The dedicated models beside the multi-rate model named `of`; they are kept in `folder`.

    `taus` are the links of the chains of warm starts.
    """

    of: str
    multi: MultiRateSettings
    dataset: Dataset
    folder: Path
    taus: Sequence[float] = TAUS

    def name(self, cell: Cell) -> str:
        """The cell's checkpoint."""
        place = f"{self.of}-tau{cell.tau:g}-d{cell.d}-seed{cell.seed}"
        return f"{place}-warm" if cell.warm else place

    def has(self, cell: Cell) -> bool:
        return (self.folder / f"{self.name(cell)}.json").is_file()

    def settings(self, cell: Cell) -> RunSettings:
        """The run with the multi-rate model's data, likelihood and widths, at the cell's τ."""
        shared = LIKELIHOODS[self.multi.likelihood].variance.shared
        return RunSettings(
            data=self.multi.data,
            likelihood=self.multi.likelihood,
            widths=self.multi.widths,
            levels=self.multi.levels,
            latent=cell.d,
            beta=1.0 if shared else cell.tau,
            sigma2=cell.tau if shared else RunSettings.sigma2,
            steps=MOST_STEPS,
            seed=cell.seed,
        )

    def train(self, cell: Cell, watch: Callable[[Look], None] = lambda look: None) -> None:
        """Train one cell and keep it; a warm one needs its neighbour to be there."""
        settings = self.settings(cell)
        family = families.of(settings)
        model = cast(VAE, family.build(settings, self.dataset.shape))
        if cell.warm:
            _take_weights(model, self._load(self._neighbour(cell)).model)
        steps = 0
        for look in until_flat(model, self.dataset.train, self.dataset.held_out, settings):
            steps = look.step
            watch(look)
        _, manifest = family.judge(model, settings, self.dataset, self.name(cell))
        checkpoints.save(model, self.folder, replace(manifest, steps=steps))

    def _neighbour(self, cell: Cell) -> Cell:
        """The kept model at the next smaller τ: a warm one, or at the chain's beginning a random
        one. Raises UserError without one.
        """
        kept = (
            tau for tau in self.taus if tau < cell.tau and self.has(Cell(tau, cell.d, cell.seed))
        )
        smaller = max(kept, default=None)
        if smaller is None:
            raise UserError(f"{self.name(cell)} has no neighbour to start from: train smaller τ")
        warm = Cell(smaller, cell.d, cell.seed, True)
        return warm if self.has(warm) else replace(warm, warm=False)

    def _load(self, cell: Cell) -> checkpoints.Loaded:
        loaded = checkpoints.load(self.folder / self.name(cell))
        if loaded.manifest.settings != self.settings(cell).to_json():
            raise UserError(
                f"{self.name(cell)} was trained with other settings: delete it and go on"
            )
        return loaded

    def reading(self, cell: Cell) -> Reading:
        """Of a kept model; it is remembered beside the weights."""
        loaded, beside = self._load(cell), self.folder / READINGS / f"{self.name(cell)}.json"
        key = {"sha256": loaded.manifest.sha256, "recipe": RECIPE}
        if beside.is_file():
            kept = read_json(beside)
            if {name: kept.get(name) for name in key} == key:
                return checked(Reading, kept["reading"], "reading")
        found = fidelity.reading(self._codec(cell), cell.tau, cell.d, self.dataset)
        write_json(beside, {**key, "reading": asdict(found)})
        return found

    def record(self, cells: Iterable[Cell], own: Iterable[Reading], sha256: str) -> FidelityStudy:
        """The readings of these cells and the multi-rate model's `own` ones, for a file."""
        data, multi = self.dataset, self.multi
        models = tuple(Dedicated(c.seed, c.warm, self.reading(c)) for c in cells)
        return FidelityStudy(
            self.of,
            data.name,
            data.digest,
            multi.likelihood,
            multi.widths,
            len(data.held_out),
            models,
            sha256,
            tuple(sorted(own, key=lambda one: (one.tau, one.d))),
        )

    def compare(
        self, multi: Coder, cells: Sequence[Cell]
    ) -> dict[tuple[tuple[float, int], str], Comparison]:
        """By (τ, d) and the start of the dedicated models, in order; with warm starts "either" has
        all models of a place.
        """
        places: dict[tuple[tuple[float, int], str], list[Cell]] = {}
        for cell in cells:
            places.setdefault(((cell.tau, cell.d), cell.start), []).append(cell)
            if any(other.warm for other in cells):
                places.setdefault(((cell.tau, cell.d), "either"), []).append(cell)
        own = {
            place: fidelity.reading(multi, *place, self.dataset)
            for place in dict.fromkeys(place for place, _ in places)
        }
        return {
            (place, start): fidelity.comparison(
                own[place],
                [Dedicated(c.seed, c.warm, self.reading(c)) for c in same],
                self._maps(multi, same),
            )
            for (place, start), same in sorted(places.items())
        }

    def _maps(self, multi: Coder, same: Sequence[Cell]) -> tuple[float, float]:
        """How far the maps are apart at one (τ, d)."""
        x, place = self.dataset.held_out.copy(), (same[0].tau, same[0].d)
        codes = [self._codec(cell).encode(x, *place)[0] for cell in same]
        return fidelity.maps_apart(multi.encode(x, *place)[0], codes)

    def _codec(self, cell: Cell) -> DedicatedCodec:
        loaded = self._load(cell)
        model = cast(VAE, loaded.model)
        return DedicatedCodec(model, self.multi.likelihood, cell.tau, loaded.manifest.name)


@torch.no_grad()
def _take_weights(model: VAE, other: nn.Module) -> None:
    """All weights of a trained neighbour, but its σ²."""
    own = model.log_sigma2.clone()
    model.load_state_dict(other.state_dict())
    model.log_sigma2.copy_(own)
