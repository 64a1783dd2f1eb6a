"""What a notebook needs. `import vaeviz` offers it under its own name, once it is used."""

from vaeviz.api.making import closed_form, open_checkpoint, train
from vaeviz.api.measuring import measure
from vaeviz.api.model import Model

__all__ = ["Model", "closed_form", "measure", "open_checkpoint", "train"]
