// The twin of figures/running_mean.py.

import { kl, pair, running } from "./two_gaussians.js";

export function traces(settings, { noise, at }) {
  const made = running(settings, noise);
  const exact = kl(...pair(settings));
  const line = (value) => ({ y: at.map((k) => value(made[k])) });
  return [
    line(({ mean, error }) => mean + 2 * error),
    line(({ mean, error }) => mean - 2 * error),
    { y: [exact, exact] },
    line(({ mean }) => mean),
  ];
}
