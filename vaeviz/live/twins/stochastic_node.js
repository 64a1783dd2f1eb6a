// The twin of the graph of chapters/gradients/node.py: what arrives at μ and σ, or "None".

import { step } from "./one_step.js";
import { written } from "./written.js";

// As theory/held_draw.py: what the loss gives to μ and log σ²; null where nothing arrives.
export function arrived(settings) {
  const { mu, logvar, epsilon, way, counted } = settings;
  const { values, gradients } = step(settings);
  const [through, kl] = [way === "reparameterized", counted === "both"];
  if (!through && !kl) return { mu: null, logvar: null };
  const path = through ? gradients.z : 0;
  const half = 0.5 * (Math.exp(logvar) - 1);
  return {
    mu: path + (kl ? mu : 0),
    logvar: path * 0.5 * values.sigma * epsilon + (kl ? half : 0),
  };
}

export function traces(settings, { nodes }) {
  const { values, gradients } = step(settings);
  const found = arrived(settings);
  const slopes = {
    ...found,
    sigma: found.logvar === null ? null : (2 * found.logvar) / values.sigma,
    z: gradients.z,
    weight: gradients.z * values.z,
    nll: 1,
    kl: 1,
  };
  const sloped = (name) => {
    if (!(name in slopes)) return "";
    return slopes[name] === null ? "∂ None" : `∂ ${written(slopes[name])}`;
  };
  return [
    ...new Array(2 + nodes.length).fill(null),
    { text: nodes.map((name) => written(name === "weight" ? 1 : values[name])) },
    { text: nodes.map(sloped) },
  ];
}
