// The twin of figures/evidence_bars.py.

import { bound } from "./toy_bound.js";
import { written } from "./written.js";

export function traces(settings) {
  const { evidence, elbo, likelihood } = bound(settings);
  const bars = [
    [0, evidence],
    [evidence, elbo],
    [0, likelihood],
    [likelihood, elbo],
  ];
  return [
    { y: [elbo, elbo] },
    ...bars.map((y) => ({ y })),
    {
      y: bars.map((ends) => Math.max(0, ...ends)),
      text: bars.map(([from, to]) => written(to - from)),
    },
  ];
}
