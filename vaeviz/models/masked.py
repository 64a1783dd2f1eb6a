"""A decoder that sees the other pixels: p(x|z) = prod_i p(x_i | x_<i, z), in raster order, by
masked weights.

Germain, Gregor, Murray & Larochelle 2015, MADE (arXiv:1502.03509), section 4, given z. Pixel i may
see W_i, pixels before it. A hidden unit of degree m sees W_m, and is read only by what may see all
of W_m:

    h_1 = (W_1 ∘ M_1) x + U_1 z + b_1              M_1[k, j] = 1 where j is in W_m(k)
    h_l = (W_l ∘ M_l) relu(h_{l-1}) + b_l          M_l[k, k'] = 1 where W_m(k') lies in W_m(k)
    y = (V ∘ M_V) relu(h_L) + (A ∘ M_A) x + c
                                       M_V[i, k] = 1 where W_m(k) lies in W_i; M_A[i, j], j in W_i

With W_i = {j < i} the inclusions are the paper's m(k') <= m(k). A smaller W_i, the pixels near i,
leaves what is far away to z (Chen et al. 2017, Variational Lossy Autoencoder, arXiv:1611.02731). z
is only added, so that it may be ignored. `skip` adds U_l z in every layer and in y: Dieng, Kim,
Rush & Blei 2019 (arXiv:1807.04863). Each factor is a normalized density of x_i, Gaussian or, for x
in {0, 1}, Bernoulli: log p(x|z) is exact, no pseudo-likelihood.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Sequence
from typing import cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn

UNSEEN = 0.5  # the value of a hidden pixel: x is read as x - UNSEEN, so that it says nothing

Pixel = Callable[[Tensor], Tensor]  # the parameter of one pixel to its value, (B,) both


class MaskedDecoder(nn.Module):
    """Parameters (B, D) of p(x|z) for codes z (B, d) and the very x (B, D) that is judged.

    `mean` gives the expected pixel; `reach` is that of `windows`.
    """

    def __init__(
        self,
        shape: tuple[int, ...],
        widths: Sequence[int],
        latent: int,
        mean: Pixel,
        skip: bool = False,
        reach: int = 0,
    ) -> None:
        super().__init__()
        self.size, self.mean = math.prod(shape), mean
        see = windows(shape, reach)
        reads = masks(see, widths)
        self.layers = nn.ModuleList(MaskedLinear(mask) for mask in reads)
        self.direct = MaskedLinear(see, bias=False)
        entered = reads if skip else reads[:1]
        self.from_z = nn.ModuleList(nn.Linear(latent, len(mask), bias=False) for mask in entered)

    def forward(self, z: Tensor, x: Tensor | None = None) -> Tensor:
        """y (B, D). Without x: along the path on which every pixel is the mean that those before it
        give.
        """
        return self._given(z)(self.sample(z, self.mean) if x is None else x)

    def sample(self, z: Tensor, draw: Pixel) -> Tensor:
        """x (B, D) pixel by pixel: each is drawn given z and those before it."""
        x, parameters = z.new_full((len(z), self.size), UNSEEN), self._given(z)
        for i in range(self.size):
            x[:, i] = draw(parameters(x)[:, i])
        return x

    def _given(self, z: Tensor) -> Callable[[Tensor], Tensor]:
        """x (B, D) to y (B, D); what z adds and what the masks leave is found once, for many x."""
        entries = [entry(z) for entry in self.from_z]  # (B, w_l) each
        layers = [(layer.seen(), layer.bias) for layer in cast(Iterable[MaskedLinear], self.layers)]
        direct = self.direct.seen()

        def y(x: Tensor) -> Tensor:
            x = x - UNSEEN
            h = F.linear(x, *layers[0]) + entries[0]  # (B, w_1)
            for layer, entry in itertools.zip_longest(layers[1:], entries[1:]):
                h = F.linear(h.relu(), *layer) + (
                    0.0 if entry is None else entry
                )  # (B, w_l), at last (B, D)
            return h + F.linear(x, direct)

        return y


class MaskedLinear(nn.Linear):
    """y = (W ∘ mask) x + b for a mask (n, m); the masked weights stay where they start and say
    nothing.
    """

    mask: Tensor

    def __init__(self, mask: Tensor, bias: bool = True) -> None:
        super().__init__(mask.shape[1], mask.shape[0], bias)
        self.register_buffer("mask", mask.float(), persistent=False)

    def seen(self) -> Tensor:
        """The weights (n, m) where the mask lets them through, 0 elsewhere."""
        return self.weight * self.mask

    def forward(self, input: Tensor) -> Tensor:
        return F.linear(input, self.seen(), self.bias)


def windows(shape: tuple[int, ...], reach: int = 0) -> Tensor:
    """W (D, D), true where pixel i (row) may see pixel j: those before it in raster order.

    With `reach` k > 0 they also lie within k rows and k columns of it. Data that is no image is one
    row.
    """
    place = torch.arange(math.prod(shape))
    row, column = place // shape[-1], place % shape[-1]  # (D,)
    before = place[None, :] < place[:, None]  # (D, D)
    if reach == 0:
        return before
    near = [(at[None, :] - at[:, None]).abs() <= reach for at in (row, column)]
    return before & near[0] & near[1]


def masks(see: Tensor, widths: Sequence[int]) -> list[Tensor]:
    """M_1, ..., M_L, M_V of W (D, D), (n, m) each; a layer's degrees are spread over all pixels."""
    size = len(see)
    inside = (see.float() @ (~see).float().T) == 0  # (D, D): W_i lies in W_k
    degrees = [
        torch.arange(w) * size // w for w in [*widths, size]
    ]  # (w,) each; an output's is its pixel
    return [see[degrees[0]], *(inside[m][:, n].T for m, n in itertools.pairwise(degrees))]


def hide(x: Tensor, share: float, generator: torch.Generator) -> Tensor:
    """x (B, D) with that share of its values hidden, at random, from a decoder that reads it.

    The word dropout of Bowman et al. 2016 (arXiv:1511.06349), section 3.2. `generator` is read, not
    moved, so that twins with and without it go on to the same batches and noise.
    """
    if share == 0:
        return x
    own = torch.Generator(x.device)
    own.set_state(generator.get_state())
    own.manual_seed(int(torch.randint(2**62, (), generator=own, device=x.device)))
    return torch.where(torch.rand(x.shape, generator=own, device=x.device) < share, UNSEEN, x)
