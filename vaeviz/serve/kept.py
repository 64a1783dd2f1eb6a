"""Dedicated models: the kept ones and those shipped; why one can't be shown, the settings it opens
with.

A dedicated model was trained at one β, σ² and d: the sliders of β and σ² move read-outs only. A
plain autoencoder has no q(z|x) and no rate, so that the Explorer, which is about them, can't show
it. A kept model stands before a shipped one of its name. Knows no Streamlit.
"""

from __future__ import annotations

import dataclasses
from functools import lru_cache
from pathlib import Path

from vaeviz import families
from vaeviz.checkpoints import KEPT, SHIPPED, Entry, Listing
from vaeviz.checkpoints.catalogue import entry as look
from vaeviz.checkpoints.catalogue import names
from vaeviz.checkpoints.keeping import RESERVED as MULTI_RATE
from vaeviz.checkpoints.shipped_recipes import RECIPES
from vaeviz.config import RunSettings, UserError
from vaeviz.densities import LIKELIHOODS, Likelihood, Variance
from vaeviz.densities.gaussian import FIXED, OPTIMAL
from vaeviz.families import Family, Trait
from vaeviz.measures.observe import NOISE_DIMENSIONS

LISTING = Listing(KEPT)
FOUND = (Variance.LEARNED, Variance.OPTIMAL)  # σ² is not a setting but a result


@dataclasses.dataclass(frozen=True)
class Kept:
    """A usable dedicated model: its checkpoint, its family, the run that made it, and the σ² that
    it ended with.
    """

    entry: Entry
    family: Family
    run: RunSettings
    sigma2: float
    key: str  # changes with the weights
    shipped: bool = False

    @property
    def variational(self) -> bool:
        """Whether it is a VAE; a plain autoencoder has μ alone: no log σ², no τ, no KL."""
        return Trait.POSTERIOR in self.family.traits_of(self.run)

    @property
    def density(self) -> Likelihood:
        """The likelihood that it was trained with."""
        return LIKELIHOODS[self.run.likelihood]

    @property
    def gaussian(self) -> bool:
        """Whether one σ² holds for all pixels."""
        return self.density.variance.shared

    @property
    def per_pixel(self) -> bool:
        """Whether its decoder puts out a σ² for every pixel: it has no τ, and the Explorer can't
        show it.
        """
        return self.density.variance is Variance.PER_ELEMENT

    @property
    def likelihoods(self) -> tuple[str, ...]:
        """The likelihoods that it can be shown with, its own first."""
        if not self.gaussian:
            return (self.run.likelihood,)
        names = FIXED.name, OPTIMAL.name
        return names[::-1] if self.density.variance in FOUND else names

    @property
    def tau(self) -> float:
        """The τ that it was trained at; a hair above 0, where the linear VAE has no limit."""
        return max(self.run.beta * (self.sigma2 if self.gaussian else 1.0), 1e-6)

    @property
    def remark(self) -> str:
        model = f"{'Shipped' if self.shipped else 'Kept'} model {self.entry.name}"
        if not self.variational:
            return (
                f"{model}: a {self.family.title}, d = {self.run.latent}; it has no β and no"
                " posterior."
            )
        variance = (
            f", σ² = {self.sigma2:.3g}"
            if self.gaussian
            else ", a σ² for every pixel" * self.per_pixel
        )
        at = f"β = {self.run.beta:.3g}{variance}, d = {self.run.latent}"
        return f"{model}: trained at {at}; the sliders move read-outs, not the network."


def options(data: str) -> list[list[str]]:
    """The choices for a data set, as a control takes them: [name, title, why it can't be chosen or
    ""].
    """
    rows = [[MULTI_RATE, "multi-rate: all β, σ², d", ""]]
    for entry in _entries():
        if _data(entry) in (data, ""):
            try:
                rows.append([entry.name, title(_in_explorer(usable(entry))), ""])
            except UserError as error:
                rows.append([entry.name, f"{entry.name} (not usable)", str(error)])
    return rows


def dedicated(data: str) -> tuple[Kept, ...]:
    """Every usable dedicated model of a data set, kept ones first, plain autoencoders among
    them.
    """
    return tuple(usable(entry) for entry in _entries() if _data(entry) == data and _fits(entry))


def known(name: str) -> Kept:
    """The dedicated model of this name, a plain autoencoder or not; UserError if there is none."""
    for again in (False, True):  # it may have been kept a moment ago
        found = next((entry for entry in _entries(again) if entry.name == name), None)
        if found is not None:
            return usable(found)
    raise UserError(f"there is no kept model {name[:40]}")


def find(name: str) -> Kept:
    """The dedicated model of this name; UserError if there is none, or none that the Explorer can
    show.
    """
    return _in_explorer(known(name))


@lru_cache
def _shipped(folder: Path) -> tuple[Entry, ...]:
    """The dedicated checkpoints in the folder of shipped ones, good ones and bad ones."""
    return tuple(look(folder / name) for name in names(folder) if name in RECIPES)


@lru_cache(maxsize=256)
def usable(entry: Entry) -> Kept:
    """The model in a checkpoint; UserError for a damaged one and one of another kind."""
    if entry.manifest is None:
        raise UserError(entry.error)
    family, run = families.of_manifest(entry.manifest)
    if not isinstance(run, RunSettings) or Trait.NETWORK not in family.traits_of(run):
        fit = "only runs of the Training page with a decoder of z alone fit"
        raise UserError(f"{entry.name} is a {entry.manifest.kind} model: {fit}")
    found = entry.manifest.held_out.get("sigma2", run.sigma2)
    sigma2 = found if LIKELIHOODS[run.likelihood].variance in FOUND else run.sigma2
    return Kept(entry, family, run, sigma2, entry.manifest.sha256, entry.path.parent == SHIPPED)


def _entries(now: bool = False) -> list[Entry]:
    own = LISTING.entries(now)
    taken = {entry.name for entry in own}
    return [*own, *(entry for entry in _shipped(SHIPPED) if entry.name not in taken)]


def _data(entry: Entry) -> str:
    """The data set that a checkpoint belongs to, as far as is known; else ""."""
    if entry.manifest is not None:
        return entry.manifest.data
    return RECIPES[entry.name].data if entry.path.parent == SHIPPED else ""


def _fits(entry: Entry) -> bool:
    try:
        usable(entry)
    except UserError:
        return False
    return True


def _in_explorer(kept: Kept) -> Kept:
    name, run = kept.entry.name, kept.run
    if not kept.variational:
        raise UserError(
            f"{name} is a {kept.family.title}, which has no KL: see it on the page Latent space"
        )
    if kept.per_pixel:
        where = "see the σ² laboratory, or the page Latent space"
        raise UserError(f"{name} has a σ² for every pixel, and no τ: {where}")
    if run.latent > NOISE_DIMENSIONS:
        raise UserError(
            f"{name} has {run.latent} latent dimensions: {NOISE_DIMENSIONS} can be shown"
        )
    return kept


def title(kept: Kept) -> str:
    """Its name with what it was trained at."""
    if not kept.variational:
        return f"{kept.entry.name} ({kept.family.title}, d {kept.run.latent})"
    variance = f", σ² {kept.sigma2:.2g}" if kept.gaussian else ", σ² per pixel" * kept.per_pixel
    return f"{kept.entry.name} (β {kept.run.beta:.2g}{variance}, d {kept.run.latent})"
