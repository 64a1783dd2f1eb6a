"""The masked decoder: what a pixel may see, exact probabilities, z in one layer or all, hidden
pixels.
"""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from vaeviz import checkpoints, data, families
from vaeviz.config import RunSettings, UserError
from vaeviz.densities import gaussian
from vaeviz.densities.bernoulli import BERNOULLI
from vaeviz.measures.codecs.torch_codec import DedicatedCodec
from vaeviz.models import vae
from vaeviz.models.masked import UNSEEN, MaskedDecoder, hide, masks, windows
from vaeviz.runs.worker.session import Session
from vaeviz.runs.worker.twins import Line
from vaeviz.training.evaluate import evaluate
from vaeviz.training.gradients import ByAutograd
from vaeviz.training.loop import train

TINY = RunSettings(likelihood="bernoulli", widths=(11, 7), latent=2, decoder="masked")
SHAPE = (2, 3)
IMAGES = torch.tensor(list(itertools.product([0.0, 1.0], repeat=6)))  # (64, 6), all there are


def rand(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def decoder_of(settings: RunSettings = TINY, shape: tuple[int, ...] = SHAPE) -> MaskedDecoder:
    decoder = vae.build(settings, shape).decoder
    assert isinstance(decoder, MaskedDecoder)
    return decoder


def sees(decoder: MaskedDecoder) -> Tensor:
    """(D, D), true where output i moves with pixel j, by autograd, at one of a few points."""
    found = torch.zeros(decoder.size, decoder.size, dtype=torch.bool)
    for seed in range(20):
        x, z = (
            torch.rand(decoder.size, generator=torch.Generator().manual_seed(seed)),
            rand(1, 2, seed=seed),
        )
        jacobian = torch.autograd.functional.jacobian(lambda x, z=z: decoder(z, x[None])[0], x)
        found |= jacobian != 0
    return found


# --- what a pixel sees
# ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("widths", [(), (30,), (24, 18), (3, 40, 2)])
def test_an_output_moves_with_the_pixels_before_it_and_no_other(widths: tuple[int, ...]) -> None:
    seen = sees(decoder_of(replace(TINY, widths=widths)))
    assert torch.equal(seen, torch.ones(6, 6).tril(-1).bool())


@pytest.mark.parametrize("widths", [(), (32,), (40, 24)])
def test_a_reach_hides_what_is_far(widths: tuple[int, ...]) -> None:
    seen = sees(decoder_of(replace(TINY, widths=widths, reach=1), (4, 4)))
    for i, j in itertools.product(range(16), range(16)):
        near = abs(i // 4 - j // 4) <= 1 and abs(i % 4 - j % 4) <= 1
        assert bool(seen[i, j]) == (j < i and near), (i, j)


def test_the_hidden_layers_alone_can_carry_every_allowed_pixel() -> None:
    """The product of the masks counts the paths: those of MADE lead to all of x_<i."""
    see = windows(SHAPE)
    first, middle, last = masks(see, (12, 18))
    paths = last.float() @ middle.float() @ first.float()
    assert torch.equal(paths > 0, see)


def test_masks_are_the_paper_s_inequalities() -> None:
    """Degrees m from 0; a unit sees j < m, is read by units of degree >= m and by outputs i >=
    m.
    """
    first, middle, last = masks(windows((5,)), (10, 5))
    m1, m2 = torch.arange(10) // 2, torch.arange(5)
    d = torch.arange(5)
    assert torch.equal(first, d[None] < m1[:, None])
    assert torch.equal(middle, m1[None] <= m2[:, None])
    assert torch.equal(last, m2[None] <= d[:, None])


def test_z_reaches_every_pixel_the_first_one_too() -> None:
    decoder = decoder_of(replace(TINY, widths=(24, 18)))
    jacobian = torch.autograd.functional.jacobian(
        lambda z: decoder(z, IMAGES[[5]])[0], rand(1, 2)
    )  # (6, 1, 2)
    assert (jacobian.abs().sum((1, 2)) > 0).all()


# --- exact probabilities
# ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("changes", [{}, {"skip": True}, {"reach": 1}, {"widths": ()}])
def test_the_probabilities_of_all_binary_images_sum_to_one(changes: dict) -> None:
    model = vae.build(replace(TINY, **changes), SHAPE)
    with torch.no_grad():
        for weight in model.decoder.parameters():
            weight.mul_(4)  # away from fair coins
    for z in rand(3, 2):
        log_p = BERNOULLI.log_prob(IMAGES, model.decode_seeing(z.expand(64, 2), IMAGES))
        assert log_p.exp().sum().item() == pytest.approx(1, abs=1e-5)
        assert log_p.std() > 0.1


def test_a_gaussian_one_has_a_density_that_integrates_to_one() -> None:
    """Two values on a grid: N(x_1; m_1, 1) N(x_2; m_2(x_1), 1)."""
    model = vae.build(replace(TINY, likelihood="gaussian", sigma2=1.0, widths=(8,)), (2,))
    grid = torch.linspace(-9, 9, 181)
    x = torch.cartesian_prod(grid, grid)
    mean = model.decode_seeing(rand(1, 2).expand(len(x), 2), x)
    assert mean[:, 1].std() > 0.1
    assert (gaussian.log_prob(x, mean, 1.0).exp().sum() * 0.1**2).item() == pytest.approx(
        1, abs=1e-3
    )


def test_samples_have_the_model_s_own_frequencies() -> None:
    model = vae.build(TINY, SHAPE)
    decoder, z = model.decoder, rand(1, 2)
    assert isinstance(decoder, MaskedDecoder)
    with torch.no_grad():
        for weight in decoder.parameters():
            weight.mul_(3)
        generator = torch.Generator().manual_seed(0)
        x = decoder.sample(
            z.expand(20_000, 2), lambda y: torch.bernoulli(BERNOULLI.mean(y), generator=generator)
        )
        expected = BERNOULLI.log_prob(IMAGES, model.decode_seeing(z.expand(64, 2), IMAGES)).exp()
    numbers = (x @ 2.0 ** torch.arange(5, -1, -1)).long()  # the row of IMAGES
    found = torch.bincount(numbers, minlength=64) / len(x)
    assert (found - expected).abs().max() < 4 * (expected.max() / len(x)) ** 0.5


def test_without_x_every_pixel_is_the_mean_that_those_before_it_give() -> None:
    model = vae.build(TINY, SHAPE)
    z = rand(4, 2)
    out = model.decode(z)
    torch.testing.assert_close(model.decode_seeing(z, out.sigmoid()), out)
    assert not torch.allclose(model.decode_seeing(z, IMAGES[:4]), out)


# --- z may be ignored, or not
# ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("skip", [False, True])
def test_z_enters_by_addition_alone_so_that_zero_weights_ignore_it(skip: bool) -> None:
    model = vae.build(replace(TINY, skip=skip), SHAPE)
    assert isinstance(model.decoder, MaskedDecoder)
    assert not torch.equal(
        model.decode_seeing(rand(64, 2), IMAGES), model.decode_seeing(-rand(64, 2), IMAGES)
    )
    with torch.no_grad():
        for entry in model.decoder.from_z:
            entry.weight.zero_()  # type: ignore[operator, union-attr]
    assert torch.equal(
        model.decode_seeing(rand(64, 2), IMAGES), model.decode_seeing(-rand(64, 2), IMAGES)
    )


def test_where_z_is_ignored_the_prior_is_the_best_posterior() -> None:
    """The distortion does not move with q, so the ELBO's best rate is 0, and training finds it."""
    settings = replace(TINY, steps=600, learning_rate=1e-2, batch=32)
    model = vae.build(settings, SHAPE)
    assert isinstance(model.decoder, MaskedDecoder)
    for entry in model.decoder.from_z:
        entry.requires_grad_(False)
        entry.weight.data.zero_()
    x = IMAGES.numpy()
    before = evaluate(model, x, settings)
    *_, last = train(model, x, settings, 600)
    assert before.rate > 1e-3
    found = evaluate(model, x, settings)
    assert last.rate < 1e-3
    assert found.error == 0
    assert found.elbo == pytest.approx(-found.distortion, abs=1e-3)


def test_skip_connects_z_to_the_outputs_past_every_unit() -> None:
    """With all hidden units dead, z moves nothing without skip, and every output with it."""
    for skip in (False, True):
        decoder = decoder_of(replace(TINY, skip=skip))
        with torch.no_grad():
            for layer in decoder.layers[:-1]:
                layer.bias.fill_(-100.0)  # type: ignore[operator, union-attr]
        z = rand(1, 2).requires_grad_()
        decoder(z, IMAGES[[9]]).sum().backward()
        assert z.grad is not None
        assert bool((z.grad != 0).all()) == skip
        assert len(decoder.from_z) == (3 if skip else 1)


def test_every_layer_of_a_skip_model_gets_a_gradient_from_z() -> None:
    decoder = decoder_of(replace(TINY, skip=True, widths=(24, 18)))
    decoder(rand(16, 2), IMAGES[:16]).square().sum().backward()
    for entry in decoder.from_z:
        grad = entry.weight.grad  # type: ignore[union-attr]
        assert isinstance(grad, Tensor)
        assert (grad.abs().sum(0) > 0).all()


def test_below_the_free_bits_an_unused_encoder_has_no_gradient() -> None:
    """The distortion does not move with z, and the rate, below its floor, counts as the floor."""
    settings = replace(TINY, free_bits=0.5)
    model, generator = vae.build(settings, SHAPE), torch.Generator().manual_seed(0)
    assert isinstance(model.decoder, MaskedDecoder)
    for entry in model.decoder.from_z:
        entry.weight.data.zero_()  # type: ignore[operator, union-attr]
    for floor, pressed in ((0.5, False), (0.0, True)):
        seen = ByAutograd(model)(IMAGES, generator, replace(settings, free_bits=floor), 1.0)
        assert gaussian.kl_to_standard_normal(seen.mu, seen.logvar).mean(0).max() < 0.5
        found = [p.grad is not None and bool(p.grad.any()) for p in model.encoder.parameters()]
        assert any(found) == pressed


# --- twins
# ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("change", [{"skip": True}, {"reach": 1}, {"unseen": 0.5}])
def test_a_cure_s_twin_starts_with_the_same_weights(change: dict) -> None:
    plain, cured = (
        vae.build(TINY, SHAPE).state_dict(),
        vae.build(replace(TINY, **change), SHAPE).state_dict(),
    )
    assert all(torch.equal(cured[name], tensor) for name, tensor in plain.items())
    assert not [name for name in plain if "mask" in name]


def test_a_decoder_of_another_form_leaves_the_encoder_the_same() -> None:
    masked, mirror = vae.build(TINY, SHAPE), vae.build(replace(TINY, decoder="mirror"), SHAPE)
    for a, b in zip(masked.encoder.parameters(), mirror.encoder.parameters(), strict=True):
        assert torch.equal(a, b)


def test_live_twins_and_their_pictures() -> None:
    """A masked model learns beside its twin, is drawn along its mean path, and is judged by what it
    sees.
    """
    settings = RunSettings("digits", decoder="masked", widths=(8,), latent=2, steps=20)
    session = Session(Line(settings, replace(settings, skip=True)), data.load("digits"))
    for _ in range(3):
        session.advance()
    first, second = session.frame().learners
    assert first.recon.shape == first.samples.shape == (10, 64)
    assert first.distortion != second.distortion
    model, x = session.members[0].model, session.probes.x
    mu, logvar = model.encode(x)
    out = model.decode_seeing(gaussian.sample(mu, logvar, session.probes.noise), x)
    expected = -gaussian.log_prob(x, out, 0.1).mean().item()
    assert first.distortion == pytest.approx(expected, rel=1e-4)
    assert np.allclose(
        first.recon, model.decode(session.members[0].model.encode(x[:10])[0]).detach(), atol=1e-5
    )


def test_held_out_numbers_are_of_the_visible_pixels() -> None:
    """With z unheard, the distortion is exact: the mean of -log p(x), whatever is drawn."""
    model = vae.build(TINY, SHAPE)
    assert isinstance(model.decoder, MaskedDecoder)
    for entry in model.decoder.from_z:
        entry.weight.data.zero_()  # type: ignore[operator, union-attr]
    expected = -BERNOULLI.log_prob(IMAGES, model.decode_seeing(rand(64, 2), IMAGES)).mean().item()
    assert evaluate(model, IMAGES, TINY, 2).distortion == pytest.approx(expected, rel=1e-5)


def test_an_optimal_variance_is_that_of_the_visible_pixels() -> None:
    settings = replace(TINY, likelihood="gaussian-optimal", steps=3)
    model = vae.build(settings, SHAPE)
    list(train(model, IMAGES, settings))
    assert isinstance(model.decoder, MaskedDecoder)
    for entry in model.decoder.from_z:
        entry.weight.data.zero_()  # type: ignore[operator, union-attr]
    list(train(model, IMAGES, replace(settings, steps=1, learning_rate=1e-12)))
    error = (IMAGES - model.decode_seeing(rand(64, 2), IMAGES)).square().mean().item()
    assert model.log_sigma2.exp().item() == pytest.approx(error, rel=1e-4)


def test_a_checkpoint_is_a_kind_of_its_own_and_comes_back(tmp_path: Path) -> None:
    dataset = data.load("digits")
    settings = RunSettings("digits", decoder="masked", widths=(8,), latent=2, reach=2, skip=True)
    model = vae.build(settings, dataset.shape)
    _, manifest = families.of(settings).judge(model, settings, dataset, "mine")
    assert manifest.kind == "masked"
    checkpoints.save(model, tmp_path, manifest)
    loaded = checkpoints.load(tmp_path / "mine").model
    assert isinstance(loaded, vae.VAE)
    x, z = torch.tensor(dataset.held_out[:4]), rand(4, 2)
    assert torch.equal(loaded.decode_seeing(z, x), model.decode_seeing(z, x))


def test_behind_a_codec_the_loss_is_that_of_the_visible_pixels() -> None:
    settings = replace(TINY, likelihood="gaussian")
    model = vae.build(settings, SHAPE)
    codec = DedicatedCodec(model, "gaussian", 0.1, "here")
    x, z = IMAGES[:5].numpy(), rand(5, 2)
    expected = (IMAGES[:5] - model.decode_seeing(z, IMAGES[:5])).square().sum(1)
    np.testing.assert_allclose(codec.loss(x, z.numpy(), 0.1, 2), expected.detach(), rtol=1e-5)


# --- hidden pixels
# ------------------------------------------------------------------------------------------------


def test_hiding_leaves_the_generator_alone_and_follows_it() -> None:
    generator, x = (
        torch.Generator().manual_seed(3),
        torch.rand(500, 40, generator=torch.Generator()),
    )
    state = generator.get_state()
    first, again = hide(x, 0.3, generator), hide(x, 0.3, generator)
    assert torch.equal(generator.get_state(), state)
    assert torch.equal(first, again)
    hidden = first == UNSEEN
    assert hidden.float().mean().item() == pytest.approx(0.3, abs=0.02)
    assert torch.equal(first[~hidden], x[~hidden])
    torch.rand(1, generator=generator)
    assert not torch.equal(hide(x, 0.3, generator), first)


def test_nothing_or_everything_can_be_hidden() -> None:
    x, generator = torch.rand(5, 4), torch.Generator()
    assert hide(x, 0.0, generator) is x
    assert (hide(x, 1.0, generator) == UNSEEN).all()


def test_a_hidden_image_has_no_effect() -> None:
    """With all pixels hidden the outputs are what z and the biases make of them: direct weights
    fall out.
    """
    decoder, z = decoder_of(), rand(3, 2)
    before = decoder(z, torch.full((3, 6), UNSEEN))
    with torch.no_grad():
        decoder.layers[0].weight.mul_(5)  # type: ignore[operator, union-attr]
        decoder.direct.weight.mul_(5)
    assert torch.equal(decoder(z, torch.full((3, 6), UNSEEN)), before)


def test_hiding_is_for_training_and_changes_no_batch_nor_judgement() -> None:
    x = np.random.default_rng(0).integers(0, 2, (40, 6)).astype(np.float32)
    settings = replace(TINY, steps=1, batch=20, learning_rate=1e-9)
    plain, blind = (replace(settings, unseen=share) for share in (0.0, 0.9))
    models = [vae.build(s, SHAPE) for s in (plain, blind)]
    records = [next(iter(train(m, x, s))) for m, s in zip(models, (plain, blind), strict=True)]
    assert records[0].distortion != records[1].distortion
    assert records[0].rate == records[1].rate
    judged = [evaluate(m, x, s) for m, s in zip(models, (plain, blind), strict=True)]
    assert judged[0].distortion == pytest.approx(judged[1].distortion, rel=1e-5)


# --- settings
# ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"decoder": "mirror", "skip": True}, "belong to a masked one"),
        ({"decoder": "linear", "reach": 2}, "belong to a masked one"),
        ({"decoder": "mirror", "unseen": 0.1}, "belong to a masked one"),
        ({"architecture": "conv"}, "use the mlp architecture"),
        ({"likelihood": "categorical"}, "Bernoulli"),
        ({"reach": -1}, "reach -1"),
        ({"unseen": 1.5}, "unseen 1.5"),
        ({"unseen": float("nan")}, "unseen nan"),
    ],
)
def test_impossible_masked_settings_are_refused(changes: dict, words: str) -> None:
    with pytest.raises(UserError, match=words):
        replace(TINY, **changes)


def test_settings_round_trip_and_older_files_stay_equal() -> None:
    cured = replace(TINY, skip=True, reach=2, unseen=0.25)
    assert RunSettings.from_json(cured.to_json()) == cured
    assert cured.to_json()["reach"] == 2
    assert not {"skip", "reach", "unseen"} & set(RunSettings().to_json())
    assert RunSettings.from_json({"data": "digits"}) == RunSettings()


def test_the_mean_of_a_gaussian_pixel_is_its_parameter() -> None:
    y = rand(5)
    assert torch.equal(decoder_of(replace(TINY, likelihood="gaussian")).mean(y), y)
