"""The settings that choose a model, shared by all chapters that are about one."""

from __future__ import annotations

from dataclasses import dataclass

from vaeviz import data
from vaeviz.chapters.settings import Log, Name, OneOf, Whole, query, setting
from vaeviz.checkpoints.keeping import RESERVED as MULTI_RATE
from vaeviz.densities import LIKELIHOODS as ALL
from vaeviz.densities import Likelihood, Variance
from vaeviz.densities.gaussian import FIXED

# A model of every σ² shows a learned σ² as the optimal one.
LIKELIHOODS = {n: p.title for n, p in ALL.items() if p.variance is not Variance.LEARNED}
MODEL = ("data", "model", "likelihood", "beta", "sigma2", "d")
LARGEST = 512  # latent size of a dedicated model: config.RunSettings


@dataclass(frozen=True)
class ModelView:
    """The model and its place; field names are the names in the URL."""

    data: str = setting(
        data.DEFAULT, OneOf(data.names()), "data set", "data",
        "The data that the model was trained on", shared="data",
    )  # fmt: skip
    model: str = setting(
        MULTI_RATE, Name(), "model", "model",
        "The multi-rate model covers every setting; a dedicated one has its own",
    )  # fmt: skip
    likelihood: str = setting(
        FIXED.name, OneOf(tuple(LIKELIHOODS)), "likelihood", "likelihood",
        "The likelihood p(x|z): the distribution whose parameters the decoder puts out",
        titles=LIKELIHOODS, aliases=("decoder",), shared="likelihood",
    )  # fmt: skip
    beta: float = setting(
        1.0, Log(1e-3, 100.0), "β", "β", "The weight of the rate in J = D + βR; 1 gives the ELBO",
        spoken="beta", colour="rate", shared="beta",
    )  # fmt: skip
    sigma2: float = setting(
        0.05, Log(1e-4, 10.0), "σ²", "σ²",
        "The variance of the Gaussian likelihood, in squared data units",
        spoken="variance of the likelihood", colour="decoder", shared="sigma2",
    )  # fmt: skip
    d: int = setting(
        8, Whole(1, LARGEST), "latent size", "latent size d",
        "How many latent dimensions the model may use",
        form="int", spoken="latent size", colour="posterior", shared="d",
    )  # fmt: skip

    @property
    def density(self) -> Likelihood:
        """The likelihood p(x|z)."""
        return ALL[self.likelihood]

    @property
    def gaussian(self) -> bool:
        """Whether there is one σ² for all pixels."""
        return self.density.variance.shared

    @property
    def tau(self) -> float:
        """τ = βσ², or β where there is no one σ²."""
        return self.density.tau(self.beta, self.sigma2)

    @property
    def multi_rate(self) -> bool:
        """Whether the multi-rate model is chosen."""
        return self.model == MULTI_RATE


def always(view: ModelView) -> tuple[str, ...]:
    """A dedicated model has defaults of its own, so a link names what it would set."""
    return () if view.multi_rate else ("data", "likelihood", "beta", "sigma2", "d")


def link(view: ModelView) -> str:
    """A view as a query string with its question mark, or ""."""
    return query(view, always(view))
