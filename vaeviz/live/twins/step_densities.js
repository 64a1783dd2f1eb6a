// The twin of figures/step_densities.py: curves and points of one training step.

import { density } from "./gaussian.js";
import { step } from "./one_step.js";

export function traces(settings, { line }) {
  const { mu, x, noise } = settings;
  const { sigma, z } = step(settings).values;
  const curve = (m, s) => ({ y: line.map((at) => density(at, m, s)) });
  const dot = (at, height = 0) => ({ x: [at], y: [height] });
  return [
    null,
    curve(mu, sigma),
    curve(z, Math.sqrt(noise)),
    dot(mu),
    dot(mu + sigma, density(mu + sigma, mu, sigma)),
    dot(z),
    dot(x),
  ];
}

// The settings once the pointer has put a point to this place of the line.
export function moved(handle, at, height, settings) {
  const { mu, logvar } = settings;
  if (handle === "sigma") return { logvar: 2 * Math.log(Math.max(1e-3, at - mu)) };
  if (handle === "z") return { epsilon: (at - mu) / Math.exp(0.5 * logvar) };
  return { [handle]: at };
}

// The wheel over μ or σ widens and narrows the posterior.
export function turned(handle, steps, { logvar }) {
  return handle === "mu" || handle === "sigma" ? { logvar: logvar + 0.1 * steps } : {};
}
