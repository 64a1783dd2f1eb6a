// The twin of figures/kl_integrand.py.

import { integrand } from "./two_gaussians.js";

export function traces(settings, { line }) {
  const y = integrand(settings, line);
  return [{ y: y.map((v) => Math.max(v, 0)) }, { y: y.map((v) => Math.min(v, 0)) }];
}
