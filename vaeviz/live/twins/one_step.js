// The twin of theory/one_step.py and of its graph: one training step on one number.

import { written } from "./written.js";

export function step({ mu, logvar, x, epsilon, noise }) {
  const sigma = Math.exp(0.5 * logvar);
  const z = mu + sigma * epsilon;
  const nll = 0.5 * (Math.log(2 * Math.PI) + Math.log(noise) + (x - z) ** 2 / noise);
  const kl = 0.5 * (sigma ** 2 + mu ** 2 - 1 - logvar);
  const dz = (z - x) / noise;
  return {
    values: { x, mu, logvar, sigma, epsilon, z, nll, kl, loss: nll + kl },
    gradients: {
      mu: dz + mu,
      logvar: 0.5 * dz * sigma * epsilon + 0.5 * (sigma ** 2 - 1),
      sigma: dz * epsilon + sigma - 1 / sigma,
      z: dz,
      nll: 1,
      kl: 1,
    },
  };
}

// The texts of the graph; its two lines of edges and its symbols stand still.
export function traces(settings, { nodes }) {
  const { values, gradients } = step(settings);
  const still = new Array(2 + nodes.length).fill(null);
  const sloped = (name) => (name in gradients ? `∂ ${written(gradients[name])}` : "");
  return [
    ...still,
    { text: nodes.map((name) => written(values[name])) },
    { text: nodes.map(sloped) },
  ];
}
