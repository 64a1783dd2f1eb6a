"""Forward and backward through Linear layers with ReLU between them, without a graph.

h_k = a_k W_k' + b_k with a_0 = x and a_k = max(h_{k-1}, 0). For g_k = dJ/dh_k the chain rule is
dJ/dW_k = g_k' a_k, dJ/db_k = the sum of g_k over the batch, g_{k-1} = (g_k W_k) sign(a_k), dJ/dx =
g_0 W_0.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn


def is_chain(network: nn.Module) -> bool:
    """Whether the network is only Linear layers with ReLU between them."""
    kinds = [type(module) for module in network] if isinstance(network, nn.Sequential) else []
    return len(kinds) % 2 == 1 and kinds == ([nn.Linear, nn.ReLU] * len(kinds))[: len(kinds)]


@dataclass(frozen=True)
class _Layer:
    """W (n, m), its transpose and b (n,), views of the weights; and their gradients."""

    W: Tensor
    Wt: Tensor
    b: Tensor
    dW: Tensor
    db: Tensor


class Chain:
    """The layers of such a network, with `gradients` in the order of its parameters."""

    def __init__(self, network: nn.Module, gradients: list[Tensor]) -> None:
        parts = [part.detach() for part in network.parameters()]
        each = zip(parts[::2], parts[1::2], gradients[::2], gradients[1::2], strict=True)
        self.layers = [_Layer(W, W.t(), b, dW, db) for W, b, dW, db in each]
        self._inputs: list[Tensor] = []  # a_k of the last batch

    def forward(self, x: Tensor) -> Tensor:
        """The outputs (B, n) of inputs (B, m). `backward` or `to_inputs` may follow, once."""
        self._inputs = []
        for layer in self.layers:
            a = x.relu_() if self._inputs else x
            self._inputs.append(a)
            x = torch.addmm(layer.b, a, layer.Wt)
        return x

    def backward(self, g: Tensor) -> None:
        """Writes the gradients of all parameters, from that of the outputs, (B, n)."""
        g = self._to_first_layer(g)
        torch.mm(g.t(), self._inputs[0], out=self.layers[0].dW)

    def to_inputs(self, g: Tensor) -> Tensor:
        """As `backward`; returns the gradient of the inputs, (B, m).

        Both products are transposed: with few columns BLAS takes up to four times as long.
        """
        g, first = self._to_first_layer(g), self.layers[0]
        first.dW.copy_((self._inputs[0].t() @ g).t())
        return (first.Wt @ g.t()).t()

    def _to_first_layer(self, g: Tensor) -> Tensor:
        """Writes all gradients but those of W_0; returns g_0."""
        for k in range(len(self.layers) - 1, 0, -1):
            layer, a = self.layers[k], self._inputs[k]
            torch.mm(g.t(), a, out=layer.dW)
            torch.sum(g, 0, out=layer.db)
            g = (g @ layer.W).mul_(a.sign_())
        torch.sum(g, 0, out=self.layers[0].db)
        return g
