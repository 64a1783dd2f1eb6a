"""The names for notebooks; `import vaeviz` imports them on first use."""

from vaeviz.api.making import closed_form, open_checkpoint, train
from vaeviz.api.measuring import measure
from vaeviz.api.model import Model

__all__ = ["Model", "closed_form", "measure", "open_checkpoint", "train"]
