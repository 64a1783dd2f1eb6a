// The twin of figures/relaxed_estimates.py.

import { enumerated, estimate, estimates, logits, overTaus } from "./relaxed.js";

export function traces(settings, given) {
  const [l, tau] = [logits(settings), settings.temperature];
  const over = overTaus(l, given);
  const present = estimates(l, given.noise, tau).map(estimate);
  const exact = enumerated(l);
  return [
    ...[0, 1, 2].map((k) => ({
      y: over.flatMap((all) => [
        all[k].mean - 2 * all[k].error,
        all[k].mean + 2 * all[k].error,
        null,
      ]),
    })),
    ...[0, 1, 2].map((k) => ({ y: over.map((all) => all[k].mean) })),
    { y: [exact, exact] },
    ...present.map(({ mean }) => ({ x: [tau], y: [mean] })),
  ];
}
