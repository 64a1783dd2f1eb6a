// The twin of figures/elbo_over_mean.py.

import { bound } from "./toy_bound.js";

export function traces(settings, { line }) {
  const { evidence, elbo } = bound(settings);
  const at = (mu) => bound({ ...settings, mu }).elbo;
  return [{ y: [evidence, evidence] }, { y: line.map(at) }, { x: [settings.mu], y: [elbo] }];
}

export { moved } from "./step_densities.js";
