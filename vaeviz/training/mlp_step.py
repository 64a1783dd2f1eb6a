"""Closed-form gradients of J = D + beta R, for ReLU MLPs with a Gaussian or Bernoulli likelihood.

Kingma & Welling 2014 (arXiv:1312.6114), equation 3, section 2.4 and appendix B; free bits as in
`loop`. For B examples of P elements, with noise eps ~ N(0, I):

    (mu, l) = encoder(x),  logvar = clamp(l),  s = exp(logvar / 2) eps,  z = mu + s,  y = decoder(z)
    dJ/dy = (y - x) / (B sigma2) if Gaussian, (sigmoid(y) - x) / B if Bernoulli
    dJ/dlog sigma2 = (P - |y - x|² / (B sigma2)) / 2, which is zero at the optimal sigma2
    dJ/dmu = dJ/dz + w mu,  dJ/dl = (s dJ/dz + w (exp(logvar) - 1)) / 2, or zero where l was clamped
    w_j = beta / B, or zero where the batch mean of KL_j is below the floor

`gradients` has the same from autograd, whose overhead is a fifth of a small network's step.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.utils import parameters_to_vector, vector_to_parameters

from vaeviz.config import RunSettings
from vaeviz.densities import LIKELIHOODS, Likelihood, Variance, gaussian
from vaeviz.models.vae import LOGVAR_RANGE, VAE
from vaeviz.training.gradients import Autoencoder, ByAutograd, Gradients, Outputs
from vaeviz.training.mlp_chain import Chain, is_chain


def gradients_of(model: Autoencoder, settings: RunSettings) -> Gradients:
    """In closed form where that is possible, else by autograd."""
    likelihood = LIKELIHOODS[settings.likelihood]
    exact = likelihood.has_output_gradient and model.objective.by_hand
    if type(model) is not VAE or not exact:
        return ByAutograd(model)
    chains = is_chain(model.encoder) and is_chain(model.decoder)
    return ByHand(model, likelihood) if chains else ByAutograd(model)


class ByHand:
    """Gradients of an MLP autoencoder.

    All weights become parts of one vector, which is the optimizer's one parameter. The model's
    parameters are views of it, so that autograd, state_dict and load_state_dict still work. Nothing
    may replace them during training, as `model.to` or a second `ByHand` of the model would.
    """

    def __init__(self, model: VAE, likelihood: Likelihood) -> None:
        networks = [*model.encoder.parameters(), *model.decoder.parameters()]
        whole, places = _one_vector([*networks, *model.parameters(recurse=False)])
        cut = len(list(model.encoder.parameters()))
        self.model, self.weights, self.likelihood = model, [whole], likelihood
        self.encoder = Chain(model.encoder, places[:cut])
        self.decoder = Chain(model.decoder, places[cut : len(networks)])
        self.into_log_sigma2 = places[-1]  # if it is learned, and then the last

    @torch.inference_mode()
    def __call__(
        self, x: Tensor, generator: torch.Generator, settings: RunSettings, beta: float
    ) -> Outputs:
        mu, free = self.encoder.forward(x).chunk(2, -1)  # (B, d)
        logvar = free.clamp(*LOGVAR_RANGE)
        noise = torch.randn(mu.shape, generator=generator, device=mu.device)
        sampled = self.model.objective.stochastic
        s = torch.exp(0.5 * logvar) * noise if sampled else torch.zeros_like(mu)
        y = self.decoder.forward(mu + s)  # (B, P)
        if self.likelihood.variance is Variance.OPTIMAL:
            self.model.log_sigma2.copy_(gaussian.optimal_sigma2(x, y).log())
        outputs = Outputs(x, y, mu, logvar, self.model.log_sigma2.clone())
        dz = self.decoder.to_inputs(self._at_outputs(outputs))  # (B, d)
        w = _weight(outputs, settings, beta if sampled else 0.0)
        dl = 0.5 * (s * dz + w * torch.expm1(logvar))
        self.encoder.backward(torch.cat([dz + w * mu, torch.where(free == logvar, dl, 0.0)], -1))
        return outputs

    def _at_outputs(self, outputs: Outputs) -> Tensor:
        """dJ/dy (B, P); writes dJ/dlog sigma2 where that is learned."""
        dy = self.likelihood.output_gradient(outputs.x, outputs.parameters, outputs.log_sigma2)
        if self.likelihood.variance is Variance.LEARNED:
            squares = torch.sum((outputs.parameters - outputs.x) * dy)  # |y - x|² / (B sigma2)
            torch.mul(outputs.x.shape[1] - squares, 0.5, out=self.into_log_sigma2)
        return dy


def _one_vector(parts: list[nn.Parameter]) -> tuple[nn.Parameter, list[Tensor]]:
    """A parameter that all others become views of, with the same views of its gradient."""
    whole = nn.Parameter(parameters_to_vector(parts).detach())
    vector_to_parameters(whole, parts)
    whole.grad = torch.zeros_like(whole)
    cut = whole.grad.split([part.numel() for part in parts])
    return whole, [place.view_as(part) for place, part in zip(cut, parts, strict=True)]


def _weight(outputs: Outputs, settings: RunSettings, beta: float) -> Tensor | float:
    """w: per dimension, (d,), with free bits."""
    w = beta / len(outputs.mu)
    if settings.free_bits == 0:
        return w
    kl = gaussian.kl_to_standard_normal(outputs.mu, outputs.logvar).mean(0)  # (d,)
    return (kl >= settings.free_bits).to(kl.dtype) * w
