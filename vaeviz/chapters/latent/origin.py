"""What a file that leaves the page says of the model behind it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal


@dataclass(frozen=True)
class Origin:
    """A model by name, and the setting at which its network encodes and decodes.

    `checkpoint` is its path without suffix and `sha256` the hash of its weights: None and "" for
    the closed form. `sigma2` is None where the decoder has none. `tau` is βσ², or β without a σ²,
    kept to the range that the model was trained for. A dedicated model has the β, σ² and τ of its
    training; a plain autoencoder, which is one too, has none of the three.
    """

    model: str
    kind: Literal["multi-rate", "dedicated", "closed form"]
    checkpoint: Path | None
    sha256: str
    beta: float | None
    sigma2: float | None
    tau: float | None
