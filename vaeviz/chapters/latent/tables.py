"""The codes of a data set as files: CSV, which any program reads, and NPZ, which NumPy does.

Both give each example's number in the data set (from 0, before it was split), its split and label,
μ and, but for an autoencoder, σ of each dimension. Both say which model made them, and at which
setting.
"""

from __future__ import annotations

import io
import json
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vaeviz.chapters.latent.origin import Origin
from vaeviz.chapters.latent.space import Space
from vaeviz.data.dataset import split

Columns = dict[str, NDArray[Any]]


def csv(space: Space, origin: Origin) -> bytes:
    """UTF-8: lines of `# name: value`, the value as JSON, then the columns' names, then N rows.

    Numbers have the digits that give the same float32 again. pandas reads it with `comment="#"`.
    """
    head = [
        f"# {name}: {json.dumps(value, ensure_ascii=False)}"
        for name, value in _about(space, origin).items()
    ]
    examples, codes = _examples(space), _codes(space)
    names = [*examples, *(f"{name}_{k + 1}" for name in codes for k in range(space.mu.shape[1]))]
    texts = np.concatenate(
        [
            *(column[:, None].astype(str) for column in examples.values()),
            *(values.astype(str) for values in codes.values()),
        ],
        axis=1,
    )
    return "\n".join([*head, ",".join(names), *map(",".join, texts.tolist()), ""]).encode()


def npz(space: Space, origin: Origin) -> bytes:
    """index, split, label (N,), mu, sigma (N, d), and the values of CSV's first lines; no
    pickle.
    """
    file = io.BytesIO()
    about = {name: np.array(value) for name, value in _about(space, origin).items()}
    np.savez_compressed(file, allow_pickle=False, **_examples(space), **_codes(space), **about)
    return file.getvalue()


def _about(space: Space, origin: Origin) -> dict[str, Any]:
    """What the files say of themselves; without a σ² nothing is said of it."""
    counts = (
        f"{space.held_out:,} held-out ones first, {len(space.mu):,} of {space.about.size:,} in all"
    )
    about = {
        "model": origin.model,
        "source": space.network.source,
        "sha256": origin.sha256,
        "data": space.about.name,
        "beta": origin.beta,
        "sigma2": origin.sigma2,
        "tau": origin.tau,
        "d": space.mu.shape[1],
        "class_names": list(space.about.class_names),
        "examples": counts,
    }
    return {name: value for name, value in about.items() if value is not None}


def _examples(space: Space) -> Columns:
    """Number in the data set, split and label of each example, (N,) each."""
    count = len(space.mu)
    train, held_out = split(space.about.size)
    parts = np.where(np.arange(count) < space.held_out, "held-out", "train")
    return {
        "index": np.concatenate([held_out, train])[:count],
        "split": parts,
        "label": space.labels,
    }


def _codes(space: Space) -> Columns:
    """μ and, where there is one, σ = exp(½ log σ²): (N, d) each, float32."""
    mu = {"mu": space.mu.astype(np.float32)}
    return (
        mu
        if space.logvar is None
        else mu | {"sigma": np.exp(0.5 * space.logvar).astype(np.float32)}
    )
