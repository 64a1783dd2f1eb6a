// The twin of figures/estimator_strip.py.

import { estimators, mean, means } from "./gradient_estimators.js";

export function traces(settings, { noise, shown }) {
  const made = estimators(settings);
  const exact = mean(made[0]);
  return [
    { y: [exact, exact] },
    ...made.map((of) => ({ y: means(of, noise, settings.count).slice(0, shown) })),
  ];
}
