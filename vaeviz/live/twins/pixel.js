// One grey value under three likelihoods with one output, as in theory/pixel.py.

import { logDensity } from "./gaussian.js";

const SMALL = 0.05; // of |a|, below which a series takes the place of 0/0

const logit = (output) => Math.log(output) - Math.log1p(-output);

// log of the integral of e^(a x) over [0, 1].
function logPartition(a) {
  const size = Math.abs(a);
  if (size <= SMALL) return 0.5 * a + a ** 2 / 24 - a ** 4 / 2880;
  return 0.5 * (a + size) + Math.log1p(-Math.exp(-size)) - Math.log(size);
}

const bernoulli = (x, output) => x * Math.log(output) + (1 - x) * Math.log1p(-output);

// log p(x): Gaussian, the Bernoulli's expression, continuous Bernoulli.
export const LOGS = [
  (x, output, variance) => logDensity(x, output, Math.sqrt(variance)),
  bernoulli,
  (x, output) => bernoulli(x, output) - logPartition(logit(output)) - Math.log1p(-output),
];
