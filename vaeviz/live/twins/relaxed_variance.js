// The twin of figures/estimator_variance.py for three classes: variances over the temperature.

import { estimate, estimates, logits, overTaus, scoreVariance } from "./relaxed.js";

export function traces(settings, given) {
  const [l, tau] = [logits(settings), settings.temperature];
  const over = overTaus(l, given);
  const known = scoreVariance(l);
  const present = estimates(l, given.noise, tau).map(estimate);
  return [
    ...[0, 1, 2].map((k) => ({ y: over.map((all) => (k === 1 ? known : all[k].variance)) })),
    ...present.map(({ variance, varianceError }) => {
      const factor = Math.exp((2 * varianceError) / variance);
      return { x: [tau, tau, null], y: [variance / factor, variance * factor, null] };
    }),
    ...present.map(({ variance }) => ({ x: [tau], y: [variance] })),
  ];
}
