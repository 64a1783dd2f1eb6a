// The twin of figures/toy_posteriors.py.

import { density } from "./gaussian.js";
import { bound, truth } from "./toy_bound.js";

export function traces(settings, { line }) {
  const { mu, x } = settings;
  const { sigma } = bound(settings);
  const true_ = truth(settings);
  const curve = (m, s) => ({ y: line.map((at) => density(at, m, s)) });
  return [
    null,
    curve(true_.mu, true_.sigma),
    curve(mu, sigma),
    { x: [mu], y: [0] },
    { x: [mu + sigma], y: [density(mu + sigma, mu, sigma)] },
    { x: [x], y: [0] },
  ];
}

export { moved, turned } from "./step_densities.js";
