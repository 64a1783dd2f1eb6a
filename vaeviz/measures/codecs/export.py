"""Takes a codec's networks out as plain arrays, for the browser to decode under the pointer.

The closed form needs no torch, and is exported without it; the trained networks are in
torch_export.py.
"""

from __future__ import annotations

import numpy as np

from vaeviz.data.dataset import Source
from vaeviz.measures.codecs.codec import Coder, LinearCodec
from vaeviz.measures.codecs.layers import linear
from vaeviz.records import Network


def export_network(codec: Coder, tau: float, d: int, about: Source) -> Network:
    """The networks of a codec at (τ, d), for data described by `about`; TypeError for an unknown
    codec.

    A dedicated model has one (τ, d), whatever is asked for. Arrays may be the model's own: do not
    write to them.
    """
    if isinstance(codec, LinearCodec):
        return _closed_form(codec, tau, d, about)
    from vaeviz.measures.codecs import torch_export  # torch: only for trained networks

    return torch_export.network(codec, tau, d, about)


def _closed_form(codec: LinearCodec, tau: float, d: int, about: Source) -> Network:
    """μ = V(x - m), a constant log σ², and x = Wz + m."""
    exact = codec.solved(tau, d)
    weight = np.concatenate([exact.V, np.zeros_like(exact.V)])  # (2d, D)
    encoder = linear(weight, np.concatenate([-exact.V @ exact.mean, np.log(exact.variances)]))
    low, high = about.value_range
    return Network(
        (encoder,),
        (linear(exact.W, exact.mean),),
        "gaussian",
        1,
        len(exact.V),
        about.shape,
        low,
        high,
        f"{codec.source}, τ = {tau:.3g}, d = {len(exact.V)}",
    )
