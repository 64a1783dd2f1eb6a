"""The board of the page "Latent space" without a server, with small random models."""

from __future__ import annotations

from typing import Any

import numpy as np
from playwright.sync_api import Page

from tests.browser import bare_page
from vaeviz.figures.theme import THEMES
from vaeviz.measures.codecs.network import header
from vaeviz.records import Array, Layer, Network


def visit(page: Page) -> None:
    bare_page.visit(page, "latent", "body { margin: 0; } .stApp { padding: 60px 16px 0; }")


def linear(rng: np.random.Generator, n_in: int, n_out: int, relu: bool = False) -> Layer:
    weight = rng.normal(size=(n_out, n_in)).astype(np.float32) / np.float32(np.sqrt(n_in))
    bias = rng.normal(size=n_out).astype(np.float32) * np.float32(0.1)
    return Layer("linear", weight, bias, relu, (n_in,), (n_out,))


def mlp(
    latent: int = 2,
    side: int = 8,
    width: int = 32,
    seed: int = 0,
    output: Any = "bernoulli",
    levels: int = 1,
) -> Network:
    """An encoder and a decoder of one hidden layer each, for images of side × side."""
    rng, size = np.random.default_rng(seed), side * side
    encoder = (linear(rng, size, width, relu=True), linear(rng, width, 2 * latent))
    decoder = (
        linear(rng, latent, width, relu=True),
        linear(rng, width, size * levels),
    )
    return Network(
        encoder, decoder, output, levels, latent, (side, side), 0.0, 1.0, "drawn at random"
    )


def model(network: Network, count: int = 200, seed: int = 0, **changed: Any) -> dict[str, Any]:
    """The message's model: posteriors, labels and images at random; dimension 2, if any, is
    collapsed.
    """
    rng, d = np.random.default_rng(seed), network.latent
    mu = rng.normal(size=(count, d)).astype(np.float32)
    kl = np.linspace(2, 1, d).astype(np.float32)
    if d > 2:
        kl[2], mu[:, 2] = 0.0, 0.0
    images = rng.integers(0, 256, (min(count, 2000), *network.shape), dtype=np.uint8)
    return {
        "key": f"m{seed}",
        "title": "A model.",
        "source": "drawn at random",
        "network": header(network),
        "mu": mu,
        "kl": kl,
        "images": images,
        "dead": 0.1,
        "logvar": rng.normal(-3, 0.3, (count, d)).astype(np.float32),
        "labels": rng.integers(0, 10, count).astype(np.int32),
        "class_names": [str(k) for k in range(10)],
        "class_means": rng.normal(0, 0.5, (10, d)).astype(np.float32),
        **changed,
    }


def colours(name: str = "light") -> dict[str, Any]:
    theme = THEMES[name]
    names = (
        "paper",
        "ink",
        "soft",
        "grid",
        "prior",
        "posterior",
        "rate",
        "distortion",
        "decoder",
        "dead",
    )
    return {**{n: getattr(theme, n) for n in names}, "classes": list(theme.classes)}


def message(sent_model: dict[str, Any] | None = None, theme: str = "light", **head: Any) -> str:
    """One message, in base64, as the page would get it from the server."""
    full: dict[str, Any] = {
        "seq": 0,
        "theme": theme,
        "paper": THEMES[theme].paper,
        "colours": colours(theme),
        "settings": {},
        "controls": [],
        "scenes": [],
        "readouts": [],
        "notes": [],
        "link": "",
        **head,
    }
    full["settings"] = {"a": 0, "b": 1, **full["settings"]}
    if sent_model is not None:
        full["model"] = sent_model
    return bare_page.encoded({}, **full)


def receive(page: Page, sent_model: dict[str, Any] | None = None, **head: Any) -> None:
    bare_page.receive(page, message(sent_model, **head))


def densities(d: int, size: int = 81) -> dict[str, Array]:
    grid = np.linspace(-4, 4, size, dtype=np.float32)
    q = np.exp(-(grid**2)) / np.sqrt(np.pi)
    return {"grid": grid, "q": np.tile(q.astype(np.float32), (d, 1))}
