"""Tuned posteriors: against the closed form, and in the order of their families."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from vaeviz.densities.gaussian import FIXED
from vaeviz.measures.bound.gaps import FLOWS, flow_kind, gaps, gaussian_kinds
from vaeviz.measures.bound.joint import Joint
from vaeviz.measures.bound.planar import PlanarFlow, PlanarLayer
from vaeviz.measures.bound.spline import SplineFlow
from vaeviz.measures.bound.true_posterior import example_bound, true_posterior
from vaeviz.measures.bound.tuning import NODES, Gaussians, Target, elbo, target, tuned
from vaeviz.serve import models
from vaeviz.serve.probes import Probe
from vaeviz.theory import linear_vae
from vaeviz.theory.linear_posterior import diagonal_gap, rotated


@pytest.mark.parametrize(("d", "angle"), [(2, 0.0), (2, 45.0), (3, 30.0)])
def test_the_linear_gap_is_that_of_the_closed_form(digits: Probe, d: int, angle: float) -> None:
    """From a wrong q on: a diagonal one ends at ½ (Σ log Λ_jj − log det Λ), a full one at 0."""
    vae = linear_vae.solve(digits.linear.spectrum, 1.0, 0.01, d)
    decoder, x = rotated(vae, 0.01, angle), digits.x[:4].astype(np.float64)
    W, mean = torch.from_numpy(decoder.W.copy()), torch.from_numpy(decoder.mean.copy())
    of = Target(lambda z: z @ W.T + mean, FIXED, 0.01, torch.float64)
    data, precision = torch.from_numpy(x), decoder.precision()
    wrong = torch.from_numpy(decoder.posterior_mean(x) + 0.1)
    root = torch.diag_embed(torch.full((4, d), 0.2, dtype=torch.float64))
    diagonal = tuned(of, data, Gaussians(wrong, root), False)
    evidence = decoder.evidence(x)
    gap = evidence - elbo(of, data, diagonal, NODES).numpy()
    np.testing.assert_allclose(gap, diagonal_gap(precision), atol=1e-4)
    variances = diagonal.root.diagonal(dim1=1, dim2=2).numpy() ** 2
    np.testing.assert_allclose(variances, np.tile(1 / np.diag(precision), (4, 1)), rtol=0.02)
    full = tuned(of, data, diagonal, True)
    np.testing.assert_allclose(evidence - elbo(of, data, full, NODES).numpy(), 0, atol=1e-4)
    assert (diagonal_gap(precision) > 9e-4) == (angle > 0)


def test_no_tuned_q_lowers_the_bound_or_passes_the_evidence(digits: Probe, joint: Joint) -> None:
    made = gaps(joint, digits.x[:16])
    assert (made.diagonal >= made.encoder - 1e-4).all()
    assert (made.full >= made.diagonal - 1e-4).all()
    assert (made.full <= made.evidence + 0.02).all()
    assert (made.evidence - made.encoder).mean() > 10 * (made.evidence - made.diagonal).mean()
    for k in range(3):
        exact = example_bound(joint, digits.x[k])
        assert made.encoder[k] == pytest.approx(exact.elbo, abs=0.02)
        assert made.evidence[k] == pytest.approx(exact.evidence, abs=1e-6)


@pytest.mark.parametrize("name", FLOWS)
def test_a_flow_bends_towards_the_true_posterior(digits: Probe, joint: Joint, name: str) -> None:
    made = gaussian_kinds(joint, digits.x[3])
    flow, full = flow_kind(made, name, 0), made.kinds["full"]
    evidence = true_posterior(joint, digits.x[3]).evidence
    assert flow.elbo >= full.elbo - 2 * flow.error
    assert evidence - flow.elbo < 0.4 * (evidence - full.elbo)
    assert flow.elbo <= evidence + 4 * flow.error + 0.01
    assert 0 < flow.error < 0.01
    assert [ring.shape for ring in flow.curves] == [(97, 2), (97, 2)]
    assert flow_kind(made, name, 0).elbo == flow.elbo


@pytest.mark.parametrize(
    "flow",
    [PlanarFlow(2, 3, 0), PlanarFlow(3, 2, 1), SplineFlow(2, 2, 0)],
    ids=("planar", "planar of 3", "spline"),
)
def test_a_flow_begins_as_the_identity_and_knows_its_determinant(flow: nn.Module) -> None:
    d = 3 if len(getattr(flow, "layers", [])) == 2 else 2
    generator = torch.Generator().manual_seed(0)
    z = torch.randn(7, d, generator=generator)
    with torch.no_grad():
        same, none = flow(z)
        torch.testing.assert_close(same, z, atol=1e-5, rtol=1e-5)
        torch.testing.assert_close(none, torch.zeros(7), atol=1e-5, rtol=0)
        for parameter in flow.parameters():
            parameter += 0.4 * torch.randn(parameter.shape, generator=generator)
    moved, log_det = (made.detach() for made in flow(z))
    assert (moved - z).abs().max() > 0.01
    for k in range(7):
        jacobian = torch.autograd.functional.jacobian(lambda one: flow(one[None])[0][0], z[k])
        assert float(log_det[k]) == pytest.approx(float(jacobian.det().abs().log()), abs=1e-4)


def test_a_planar_layer_can_always_be_inverted() -> None:
    generator = torch.Generator().manual_seed(0)
    layer = PlanarLayer(2, generator)
    with torch.no_grad():
        for _ in range(50):
            layer.u.copy_(10 * torch.randn(2, generator=generator))
            assert float(layer.invertible_u() @ layer.w) >= -1.0 - 1e-5
            _, log_det = layer(3 * torch.randn(40, 2, generator=generator))
            assert torch.isfinite(log_det).all()


@pytest.mark.parametrize("likelihood", ["bernoulli", "categorical"])
def test_every_likelihood_has_the_same_target_as_the_numpy_one(
    digits: Probe, likelihood: str
) -> None:
    codec = models.multi_rate(digits, likelihood, 60)
    assert codec is not None
    joint = Joint(codec, 1.0, 2, 0.05)
    z = np.random.default_rng(0).standard_normal((5, 2)).astype(np.float32)
    of = target(joint)
    with torch.no_grad():
        made = of.log_joint(torch.from_numpy(digits.x[:1]), torch.from_numpy(z)[None])[0]
    np.testing.assert_allclose(made.numpy(), joint(digits.x[0], z), rtol=1e-4)
