"""vaeviz: an interactive explorer of variational autoencoders, and its models in a notebook.

Examples
--------
>>> import vaeviz
>>> digits = vaeviz.load("digits")
>>> model = vaeviz.open_checkpoint("digits", tau=0.1, d=8)
>>> mu, logvar = model.encode(digits.held_out)  # (N, d) each
>>> model.decode(mu).shape  # (N, D)
(359, 64)
>>> round(vaeviz.measure(model, digits).rate, 1)  # nats per example
5.7
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vaeviz.api import Model, closed_form, measure, open_checkpoint, train
    from vaeviz.config import RunSettings, UserError
    from vaeviz.data import Dataset, load
    from vaeviz.figures.theme import LIGHT
    from vaeviz.measures.latent.planes import principal
    from vaeviz.measures.latent.tsne import tsne
    from vaeviz.measures.observe import kl_per_dimension
    from vaeviz.records import Evaluation

__version__ = "0.1.0"
__all__ = [
    "LIGHT",
    "Dataset",
    "Evaluation",
    "Model",
    "RunSettings",
    "UserError",
    "closed_form",
    "kl_per_dimension",
    "load",
    "measure",
    "open_checkpoint",
    "principal",
    "train",
    "tsne",
]
_MODULES = {
    "LIGHT": "figures.theme",
    "Dataset": "data",
    "Evaluation": "records",
    "RunSettings": "config",
    "UserError": "config",
    "kl_per_dimension": "measures.observe",
    "load": "data",
    "principal": "measures.latent.planes",
    "tsne": "measures.latent.tsne",
}


def __getattr__(name: str) -> Any:
    """Import what a public name needs when it is first used: `import vaeviz` itself is cheap."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"vaeviz.{_MODULES.get(name, 'api')}"), name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
