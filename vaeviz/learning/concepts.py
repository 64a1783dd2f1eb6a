"""What the course asks about, by section: a short name, what it is called, how many questions.

A question names its concept by the short name. `asked` is the least number of questions; concepts
with 0 are taught, and may have some.
"""

from __future__ import annotations

from typing import NamedTuple

SECTIONS = {
    "first": "From autoencoder to VAE",
    "objective": "The objective",
    "reparameterization": "Reparameterization",
    "decoder": "Decoder and likelihood",
    "collapse": "Posterior collapse",
    "beta": "β and disentanglement",
    "relatives": "Relatives of the VAE",
    "neighbours": "GANs, diffusion, flows",
    "use": "Use",
}


class Concept(NamedTuple):
    section: str
    title: str
    asked: int = 1


CONCEPTS = {
    "holes": Concept("first", "Holes of an autoencoder"),
    "generative": Concept("first", "Generative and discriminative models"),
    "parts": Concept("first", "Encoder, prior and decoder"),
    "without-kl": Concept("first", "A VAE without its KL"),
    "overlap": Concept("first", "Posteriors that overlap"),
    "generating": Concept("first", "Generating and interpolating", 0),
    "two-terms": Concept("objective", "The two terms of the ELBO"),
    "bound": Concept("objective", "The ELBO is a bound"),
    "kl-values": Concept("objective", "The KL in closed form"),
    "general-prior": Concept("objective", "The KL to any Gaussian prior"),
    "point-posterior": Concept("objective", "A posterior can't become a point"),
    "kl-at-start": Concept("objective", "The KL when training starts"),
    "step-by-hand": Concept("objective", "One training step by hand"),
    "step-order": Concept("objective", "The order of a training step"),
    "units": Concept("objective", "Nats, sums and means", 0),
    "reparameterization": Concept("reparameterization", "z = μ + σε", 3),
    "log-variance": Concept("reparameterization", "Why log σ²"),
    "score-function": Concept("reparameterization", "REINFORCE and the pathwise gradient", 0),
    "discrete": Concept("reparameterization", "Discrete latents and Gumbel-softmax", 0),
    "checks": Concept("reparameterization", "Checks of an implementation", 0),
    "decoder-variance": Concept("decoder", "The decoder's σ²"),
    "optimal-variance": Concept("decoder", "The optimal σ²", 0),
    "bernoulli": Concept("decoder", "A likelihood for binary data"),
    "blur": Concept("decoder", "Why pictures are blurred", 2),
    "small-kl": Concept("collapse", "A small KL is no proof"),
    "cures": Concept("collapse", "Diagnosis and cures"),
    "causes": Concept("collapse", "Why dimensions die", 0),
    "beta": Concept("beta", "What β does"),
    "rate-distortion": Concept("beta", "Rate and distortion", 0),
    "disentanglement": Concept("beta", "Disentanglement", 0),
    "levels": Concept("relatives", "Two levels of latents"),
    "latent-diffusion": Concept("relatives", "The VAE before a diffusion model"),
    "flow-posterior": Concept("relatives", "A richer posterior"),
    "vq-vae": Concept("relatives", "VQ-VAE", 0),
    "conditional": Concept("relatives", "Conditional VAE", 0),
    "discriminator": Concept("neighbours", "The best discriminator"),
    "mode-collapse": Concept("neighbours", "Mode collapse"),
    "spectral-norm": Concept("neighbours", "Spectral normalization"),
    "wasserstein": Concept("neighbours", "Wasserstein against Jensen–Shannon"),
    "no-likelihood": Concept("neighbours", "No likelihood"),
    "noise-schedule": Concept("neighbours", "The forward process of diffusion"),
    "simple-loss": Concept("neighbours", "The simple loss of diffusion"),
    "score": Concept("neighbours", "Noise and score"),
    "guidance": Concept("neighbours", "Classifier-free guidance"),
    "fewer-steps": Concept("neighbours", "Fewer sampling steps"),
    "flow-matching": Concept("neighbours", "Flows and flow matching"),
    "compared": Concept("neighbours", "VAE, GAN and diffusion compared", 2),
    "anomalies": Concept("use", "Anomalies, augmentation, imputation"),
    "representation": Concept("use", "Representation, recommender, compression"),
}

LISTS = {  # tag of a question: (title, how many)
    "vaes": ("All on VAEs", 5),
    "practice": ("Practice", 6),
    "chapter": ("Chapter", 20),
}
