"""The public face: cheap to import, documented, and the same numbers as the checkpoints state."""

from __future__ import annotations

import doctest
import inspect
import math
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import vaeviz
from vaeviz import checkpoints
from vaeviz.checkpoints import SHIPPED, Manifest
from vaeviz.config import RunSettings
from vaeviz.measures.codecs import export
from vaeviz.measures.codecs.codec import LinearCodec
from vaeviz.measures.codecs.torch_codec import DedicatedCodec, MultiRateCodec
from vaeviz.models import vae
from vaeviz.models.multi_rate import MultiRateVAE
from vaeviz.records import ACTIVE, Curve
from vaeviz.theory import linear_vae
from vaeviz.training import loop
from vaeviz.training.results import numbers

ROOT = Path(__file__).parents[1]
DIGITS = vaeviz.load("digits")
X = DIGITS.held_out[:20]
SHORT = RunSettings(widths=(16,), latent=3, steps=30, likelihood="bernoulli")
FUNCTIONS = [name for name in vaeviz.__all__ if inspect.isfunction(getattr(vaeviz, name))]
PUBLIC = [*(getattr(vaeviz, name) for name in FUNCTIONS), vaeviz.Model.encode, vaeviz.Model.decode]


def no_curve(d: int) -> Curve:
    raise LookupError


def fresh(code: str) -> str:
    """What a new Python prints."""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_import_vaeviz_is_cheap() -> None:
    heavy = ("torch", "streamlit", "sklearn", "scipy", "numpy", "plotly", "vaeviz.api")
    code = f"import sys, vaeviz\nprint([name for name in {heavy} if name in sys.modules])"
    assert fresh(code).strip() == "[]"


def test_a_data_set_waits_for_no_torch() -> None:
    code = "import sys, vaeviz\nvaeviz.load('moons')\nprint('torch' in sys.modules)"
    assert fresh(code).strip() == "False"


def test_every_public_name_is_there_and_no_other() -> None:
    assert all(hasattr(vaeviz, name) for name in vaeviz.__all__)
    assert set(vaeviz.__all__) < set(dir(vaeviz))
    with pytest.raises(AttributeError, match="'vaeviz' has no attribute 'nothing'"):
        vaeviz.nothing  # noqa: B018


@pytest.mark.parametrize("public", PUBLIC, ids=lambda public: public.__name__)
def test_docstrings_follow_numpydoc(public: Any) -> None:
    text = inspect.getdoc(public) or ""
    assert re.search(r"^Parameters\n-{10}\n", text, re.MULTILINE)
    assert re.search(r"^Returns\n-{7}\n", text, re.MULTILINE)
    documented = set(re.findall(r"^([a-z0-9_, ]+) : ", text, re.MULTILINE))
    names = {name for line in documented for name in line.split(", ")}
    assert {n for n in inspect.signature(public).parameters if n != "self"} <= names


@pytest.mark.parametrize("name", ["vaeviz", *FUNCTIONS])
def test_examples_in_docstrings_run(name: str) -> None:
    documented = vaeviz if name == "vaeviz" else getattr(vaeviz, name)
    example = doctest.DocTestParser().get_doctest(
        inspect.getdoc(documented) or "", {}, name, None, None
    )
    assert example.examples
    assert doctest.DocTestRunner().run(example).failed == 0


def test_the_documented_example_runs_in_a_new_process() -> None:
    section = (ROOT / "docs" / "notebook.md").read_text(encoding="utf-8")
    block = re.findall(r"```python\n(.*?)```", section, re.DOTALL)[0]
    printed = [line.split("  # ")[1] for line in block.splitlines() if line.startswith("print")]
    assert fresh(block).split("\n") == [*printed, ""]


@pytest.mark.parametrize("name", ["digits", "digits-bernoulli", "digits-categorical"])
def test_a_multi_rate_model_at_one_setting(name: str) -> None:
    loaded = checkpoints.load(SHIPPED / name)
    assert isinstance(loaded.model, MultiRateVAE)
    codec = MultiRateCodec(loaded.model, loaded.manifest.settings["likelihood"], no_curve, name)
    opened = vaeviz.open_checkpoint(name, 0.2, 5)
    mu, logvar = opened.encode(X)
    assert logvar is not None
    np.testing.assert_allclose(mu, codec.encode(X.copy(), 0.2, 5)[0], atol=1e-4)
    np.testing.assert_allclose(logvar, codec.encode(X.copy(), 0.2, 5)[1], atol=1e-4)
    np.testing.assert_allclose(opened.decode(mu), codec.decode(mu, 0.2, 5), atol=1e-4)
    assert opened.source == f"multi-rate model {name}, τ = 0.2, d = 5"


@pytest.mark.parametrize(
    "likelihood", ["gaussian", "gaussian-learned", "gaussian-per-pixel", "bernoulli", "categorical"]
)
@pytest.mark.parametrize("architecture", ["mlp", "conv"])
def test_a_saved_model_as_it_is(
    likelihood: Any, architecture: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "BLOCK", 7)
    run = RunSettings(likelihood=likelihood, architecture=architecture, widths=(9,), latent=3)
    model = vae.build(run, (8, 8)).eval().requires_grad_(False)
    draft = Manifest("mine", "vae", run.to_json(), "digits", DIGITS.digest, 0, 1200, {})
    checkpoints.save(model, tmp_path, draft)
    codec, opened = (
        DedicatedCodec(model, likelihood, 0.1, ""),
        vaeviz.open_checkpoint(tmp_path / "mine"),
    )
    np.testing.assert_allclose(opened.encode(X)[0], codec.encode(X.copy(), 0.1, 3)[0], atol=1e-5)
    z = np.eye(3, dtype=np.float32)
    np.testing.assert_allclose(opened.decode(z), codec.decode(z, 0.1, 3), atol=1e-5)
    assert opened.manifest is not None
    assert (opened.source, opened.manifest.digest) == (
        "dedicated model mine, step 1,200",
        DIGITS.digest,
    )


def test_a_plain_autoencoder_has_codes_alone() -> None:
    opened = vaeviz.open_checkpoint("digits-ae-2d")
    mu, logvar = opened.encode(X)
    assert (mu.shape, logvar) == ((20, 2), None)
    assert opened.source.startswith("plain autoencoder digits-ae-2d")
    assert vaeviz.measure(opened, DIGITS).rate == 0


def test_the_closed_form_is_the_exact_solution() -> None:
    opened = vaeviz.closed_form(DIGITS, tau=0.1, d=6)
    exact = LinearCodec(linear_vae.spectrum(DIGITS.train), 16).solved(0.1, 6)
    mu, logvar = opened.encode(X)
    assert logvar is not None
    np.testing.assert_allclose(mu, (X - exact.mean) @ exact.V.T, atol=1e-5)
    np.testing.assert_allclose(logvar, np.log(np.tile(exact.variances, (20, 1))), atol=1e-5)
    np.testing.assert_allclose(opened.decode(mu), mu @ exact.W.T + exact.mean, atol=1e-5)
    assert (opened.manifest, opened.settings.variational) == (None, True)


def test_the_closed_forms_numbers_are_its_integrals() -> None:
    """E‖x − Wz − m‖² = ‖x − Wμ − m‖² + Σ_j ‖w_j‖² σ_j², and R in closed form."""
    result = vaeviz.measure(vaeviz.closed_form(DIGITS, 0.1, 6), DIGITS, beta=4.0)
    exact = LinearCodec(linear_vae.spectrum(DIGITS.train), 16).solved(0.1, 6)
    x = DIGITS.held_out.astype(float)
    mu = (x - exact.mean) @ exact.V.T
    errors = ((x - exact.mean - mu @ exact.W.T) ** 2).sum(1).mean()
    errors += ((exact.W**2).sum(0) * exact.variances).sum()
    sigma2 = 0.1 / 4
    distortion = 0.5 * (errors / sigma2 + 64 * math.log(2 * math.pi * sigma2))
    kl = 0.5 * ((mu**2).mean(0) + exact.variances - np.log(exact.variances) - 1)
    assert result.distortion == pytest.approx(distortion, abs=5 * result.error)
    np.testing.assert_allclose(result.kl, kl, rtol=1e-4)
    assert result.objective == pytest.approx(result.distortion + 4 * result.rate)
    assert result.active == (mu.var(0) > ACTIVE).sum() == 6


@pytest.mark.parametrize(
    "name", ["digits-vae-2d", "digits-ae-2d", "digits-one-sigma2", "digits-pixel-sigma2"]
)
def test_a_dedicated_models_numbers_are_its_manifests(name: str) -> None:
    opened = vaeviz.open_checkpoint(name)
    assert opened.manifest is not None
    result = numbers(vaeviz.measure(opened, DIGITS))
    assert result == pytest.approx(opened.manifest.held_out, rel=1e-4)


@pytest.mark.parametrize(("name", "tau"), [("digits", 0.1), ("digits-bernoulli", 1.0)])
def test_a_multi_rate_models_numbers_are_its_manifests(name: str, tau: float) -> None:
    """They were taken at β = 1, σ² = 0.1 and all 16 dimensions."""
    opened = vaeviz.open_checkpoint(name, tau, 16)
    assert opened.manifest is not None
    result = numbers(vaeviz.measure(opened, DIGITS))
    known = dict(opened.manifest.held_out)
    for values in (result, known):
        values.pop("sigma2")
    assert result == pytest.approx(known, rel=1e-4)


def test_another_beta_at_one_tau_has_another_variance() -> None:
    model = vaeviz.open_checkpoint("digits", 0.1, 8)
    one, four = vaeviz.measure(model, DIGITS), vaeviz.measure(model, DIGITS, beta=4.0)
    assert (one.beta, four.beta) == (1.0, 4.0)
    assert (one.sigma2, four.sigma2) == pytest.approx((0.1, 0.025))
    assert four.rate == one.rate
    assert four.objective == pytest.approx(four.distortion + 4 * four.rate)
    bernoulli = vaeviz.open_checkpoint("digits-bernoulli", 2.0, 8)
    assert vaeviz.measure(bernoulli, DIGITS).beta == 2.0
    fixed = vaeviz.open_checkpoint("digits-vae-2d")
    assert vaeviz.measure(fixed, DIGITS, beta=3.0).sigma2 == pytest.approx(fixed.settings.sigma2)


def test_training_sees_the_training_examples_alone() -> None:
    model = vae.build(SHORT, (8, 8))
    list(loop.train(model, DIGITS.train, SHORT))
    with torch.inference_mode():
        mu, _ = model.encode(torch.tensor(X))
    np.testing.assert_allclose(vaeviz.train(DIGITS, SHORT).encode(X)[0], mu, atol=1e-4)


def test_training_is_reported_and_repeatable() -> None:
    records: list[Any] = []
    threads = torch.get_num_threads()
    model = vaeviz.train(DIGITS, SHORT, records.append)
    again = vaeviz.train(DIGITS, SHORT)
    np.testing.assert_array_equal(model.encode(X)[0], again.encode(X)[0])
    assert torch.get_num_threads() == threads
    assert [record.step for record in records] == list(range(1, 31))
    assert records[-1].distortion < records[0].distortion
    assert vaeviz.measure(model, DIGITS).kl.shape == (3,)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: vaeviz.load("digitz"), "unknown data set"),
        (lambda: vaeviz.open_checkpoint("nowhere"), "no checkpoint 'nowhere'"),
        (lambda: vaeviz.open_checkpoint("digits"), "every τ and d"),
        (lambda: vaeviz.open_checkpoint("digits", 0.1), "every τ and d"),
        (lambda: vaeviz.open_checkpoint("digits", None, 3), "every τ and d"),
        (lambda: vaeviz.open_checkpoint("digits", 99.0, 3), "a multi-rate model covers"),
        (lambda: vaeviz.open_checkpoint("digits", 0.1, 17), "this model has 1 to 16"),
        (lambda: vaeviz.closed_form(DIGITS, 0.0, 3), "give a positive, finite τ"),
        (lambda: vaeviz.closed_form(DIGITS, 0.1, 0), "a d from 1 to 16"),
        (lambda: vaeviz.train(DIGITS, RunSettings(decoder="masked")), "masked decoder"),
        (lambda: vaeviz.closed_form(DIGITS, 0.1, 3).encode(X[0]), r"\(64,\): give one per row"),
        (lambda: vaeviz.closed_form(DIGITS, 0.1, 3).decode(X), r"\(20, 64\): .* \(N, 3\)"),
        (lambda: vaeviz.closed_form(DIGITS, 0.1, 3).decode(X[:, :3] * np.nan), "codes with NaN"),
        (
            lambda: vaeviz.measure(vaeviz.closed_form(DIGITS, 0.1, 3), vaeviz.load("moons")),
            "'moons' has 2 values per example",
        ),
        (
            lambda: vaeviz.measure(vaeviz.closed_form(DIGITS, 0.1, 3), DIGITS, beta=0.0),
            "give a positive β",
        ),
        (
            lambda: vaeviz.measure(vaeviz.closed_form(DIGITS, 0.1, 3), DIGITS, samples=0),
            "use 1 or more",
        ),
    ],
)
def test_errors_are_one_line(call: Any, words: str) -> None:
    with pytest.raises(vaeviz.UserError, match=words) as caught:
        call()
    assert "\n" not in str(caught.value)


def test_other_data_of_the_same_name_are_refused(tmp_path: Path) -> None:
    run = RunSettings(widths=(9,), latent=3)
    model = vae.build(run, (8, 8)).eval().requires_grad_(False)
    checkpoints.save(
        model, tmp_path, Manifest("old", "vae", run.to_json(), "digits", "0" * 16, 0, 1, {})
    )
    with pytest.raises(vaeviz.UserError, match="another version of 'digits'"):
        vaeviz.measure(vaeviz.open_checkpoint(tmp_path / "old"), DIGITS)
