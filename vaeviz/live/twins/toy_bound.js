// The twin of theory/toy_bound.py: the ELBO of one number, where all is known.

import { kl } from "./two_gaussians.js";

const LOG_2PI = Math.log(2 * Math.PI);

export function truth({ x, noise }) {
  return { mu: x / (1 + noise), sigma: Math.sqrt(noise / (1 + noise)) };
}

export function bound(settings) {
  const { mu, logvar, x, noise } = settings;
  const sigma = Math.exp(0.5 * logvar);
  const likelihood = -0.5 * (LOG_2PI + Math.log(noise) + ((x - mu) ** 2 + sigma ** 2) / noise);
  const rate = kl({ mu, sigma }, { mu: 0, sigma: 1 });
  const evidence = -0.5 * (LOG_2PI + Math.log(1 + noise) + x ** 2 / (1 + noise));
  return { sigma, likelihood, rate, evidence, elbo: likelihood - rate };
}
