"""Submissions: the stub completed rightly, and with one mistake each.

A mistake replaces one piece of the right solution; `reason` is a part of what the check must say.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from vaeviz.learning.drill.notebook import stub

PIECES = {
    "layers": """
        self.net = nn.Sequential(
            nn.Linear(2, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 4)
        )""",
    "encode": """
        mu, logvar = self.net(x).chunk(2, -1)
        return mu, logvar""",
    "sample": """
    return mu + (0.5 * logvar).exp() * torch.randn_like(mu)""",
    "loss": """
    reconstruction = ((x - x_hat) ** 2).sum(-1).mean()
    kl = 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(-1).mean()
    return reconstruction + kl, reconstruction, kl""",
    "train": """
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    losses = []
    for _ in range(epochs):
        summed = 0.0
        for batch in torch.randperm(len(x)).split(256):
            x_hat, mu, logvar = model(x[batch])
            total, _, _ = loss(x[batch], x_hat, mu, logvar)
            optimizer.zero_grad()
            total.backward()
            optimizer.step()
            summed += total.item() * len(batch)
        losses.append(summed / len(x))
    return losses""",
}


def code(**pieces: str) -> str:
    """The stub with its five gaps filled; `pieces` replace those of the right solution."""
    text = stub()["drill.py"]
    for body in {**PIECES, **pieces}.values():
        text, filled = re.subn(r"\n +raise NotImplementedError", lambda _, b=body: b, text, count=1)
        assert filled
    assert "NotImplementedError\n" not in text.split('"""', 2)[2]
    return text


def changed(piece: str, old: str, new: str) -> str:
    """A piece of the right solution with `new` in place of `old`."""
    assert old in PIECES[piece]
    return PIECES[piece].replace(old, new)


@dataclass(frozen=True)
class Broken:
    """A submission with one mistake: the first red check, and what its reason says."""

    name: str
    check: str
    reason: str
    pieces: dict[str, str] = field(default_factory=dict)


SUMS = "(mu**2 + logvar.exp() - 1 - logvar).sum(-1).mean()"
SIGMA = "0.5 * (mu**2 + logvar**2 - 1 - 2 * logvar.log()).sum(-1).mean()"
TOTAL = "return reconstruction + kl,"
BROKEN = (
    Broken(
        "drawn without a gradient",
        "gradient",
        "without reparameterization",
        {"sample": "\n    return torch.normal(mu, (0.5 * logvar).exp()).detach()"},
    ),
    Broken(
        "the mean detached",
        "gradient",
        "no gradient reaches mu",
        {"sample": changed("sample", "return mu", "return mu.detach()")},
    ),
    Broken(
        "KL forgotten",
        "objective",
        "autoencoder",
        {"loss": changed("loss", TOTAL, "return reconstruction,")},
    ),
    Broken(
        "KL set to 0",
        "divergence",
        "forgotten",
        {"loss": changed("loss", f"0.5 * {SUMS}", "0 * mu.sum()")},
    ),
    Broken(
        "σ predicted, in the KL",
        "divergence",
        "it is log σ²",
        {"loss": changed("loss", f"0.5 * {SUMS}", SIGMA)},
    ),
    Broken(
        "σ predicted, in the sample",
        "spread",
        "σ directly",
        {"sample": changed("sample", "(0.5 * logvar).exp()", "logvar")},
    ),
    Broken(
        "σ² taken for σ",
        "spread",
        "which is σ²",
        {"sample": changed("sample", "0.5 * logvar", "logvar")},
    ),
    Broken(
        "σ² predicted",
        "spread",
        "NaN or infinite",
        {"sample": changed("sample", "(0.5 * logvar).exp()", "logvar.sqrt()")},
    ),
    Broken(
        "KL subtracted",
        "objective",
        "subtracted",
        {"loss": changed("loss", TOTAL, "return reconstruction - kl,")},
    ),
    Broken(
        "KL negative", "divergence", "wrong sign", {"loss": changed("loss", "0.5 * (", "-0.5 * (")}
    ),
    Broken(
        "KL a mean over dimensions",
        "divergence",
        "mean over the latent dimensions",
        {"loss": changed("loss", SUMS, SUMS.replace(".sum(-1)", ""))},
    ),
    Broken(
        "squared error a mean over coordinates",
        "objective",
        "mean over coordinates",
        {"loss": changed("loss", "((x - x_hat) ** 2).sum(-1)", "((x - x_hat) ** 2)")},
    ),
    Broken(
        "squared error halved",
        "objective",
        "factor ½",
        {"loss": changed("loss", "((x -", "0.5 * ((x -")},
    ),
    Broken(
        "squared error summed over examples",
        "objective",
        "summed over the examples",
        {"loss": changed("loss", "2).sum(-1).mean()", "2).sum()")},
    ),
    Broken(
        "no noise", "spread", "this is an autoencoder", {"sample": "\n    return mu + 0 * logvar"}
    ),
    Broken(
        "one ε for all", "spread", "share one ε", {"sample": changed("sample", "_like(mu)", "(1)")}
    ),
    Broken(
        "uniform ε",
        "spread",
        "standard deviation 0.5",
        {"sample": changed("sample", "torch.randn_like(mu)", "(2 * torch.rand_like(mu) - 1)")},
    ),
    Broken(
        "β doubled",
        "objective",
        "β = 2",
        {"loss": changed("loss", TOTAL, "return reconstruction + 2 * kl,")},
    ),
    Broken(
        "KL without its ½",
        "divergence",
        "the ½ is missing",
        {"loss": changed("loss", "0.5 * (", "(")},
    ),
    Broken(
        "one tensor of four",
        "shapes",
        "one tensor (7, 4)",
        {"encode": "\n        return self.net(x)"},
    ),
    Broken(
        "one log σ² for both",
        "shapes",
        "logvar has the shape (7, 1)",
        {"encode": "\n        return self.net(x)[:, :2], self.net(x)[:, 2:3]"},
    ),
    Broken(
        "a loss per example",
        "shapes",
        "mean over examples",
        {"loss": changed("loss", ".sum(-1).mean()", ".sum(-1)")},
    ),
    Broken(
        "one loss",
        "shapes",
        "does not return three",
        {"loss": changed("loss", "kl, reconstruction, kl", "kl")},
    ),
    Broken(
        "log σ² never used",
        "spread",
        "logvar is never used",
        {"sample": "\n    return mu + torch.randn_like(mu)"},
    ),
    Broken(
        "log σ² constant",
        "gradient",
        "the same for all x",
        {"encode": "\n        mu = self.net(x)[:, :2]\n        return mu, torch.zeros_like(mu)"},
    ),
    Broken(
        "a misspelt name",
        "spread",
        "NameError",
        {"sample": "\n    return mu if len(mu) < 100 else mean"},
    ),
)
# Their functions are right, and the training loop is not.
UNTRAINED = (
    Broken(
        "no step",
        "falls",
        "changes no weight",
        {"train": changed("train", "optimizer.step()", "pass")},
    ),
    Broken(
        "only the decoder",
        "falls",
        "never changes the encoder",
        {"train": changed("train", "model.p", "model.decoder.p")},
    ),
    Broken("crawls", "falls", "below half", {"train": changed("train", "lr=1e-3", "lr=1e-6")}),
    Broken(
        "never zeroed",
        "falls",
        "zero_grad()",
        {"train": changed("train", "optimizer.zero_grad()", "pass")},
    ),
    Broken(
        "returns nothing",
        "falls",
        "returns no list",
        {"train": changed("train", "return losses", "return None")},
    ),
    Broken("NaN", "falls", "NaN or infinite", {"train": changed("train", "lr=1e-3", "lr=1e30")}),
    Broken(
        "no KL in the loop",
        "falls",
        "the loss that train minimises lacks it",
        {
            "train": changed("train", "total.backward()", "_r.backward()").replace(
                "total, _, _", "total, _r, _"
            )
        },
    ),
    Broken(
        "decodes mu in the loop",
        "figures",
        "decode mu",
        {"train": changed("train", "loss(x[batch], x_hat,", "loss(x[batch], model.decoder(mu),")},
    ),
    Broken(
        "a KL of weight 20 in the loop",
        "falls",
        "above 1",
        {
            "train": changed("train", "total.backward()", "(total + 19 * _k).backward()").replace(
                "total, _, _", "total, _, _k"
            )
        },
    ),
)
