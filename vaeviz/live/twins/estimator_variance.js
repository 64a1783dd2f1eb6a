// The twin of figures/estimator_variance.py: along `over`, "spread" or "count".

import { estimators, measured, variance } from "./gradient_estimators.js";

export function traces(settings, { over, line, at, noise }) {
  const made = estimators(settings);
  const along =
    over === "spread"
      ? line.map((spread) => estimators({ ...settings, spread }).map(variance))
      : line.map((count) => made.map((of) => variance(of) / count));
  const places = over === "spread" ? [settings.spread] : at;
  const counts = over === "spread" ? [1] : at;
  const found = made.map((of) => counts.map((count) => measured(of, noise, count)));
  return [
    ...made.map((_, k) => ({ y: along.map((values) => values[k]) })),
    ...found.map((each) => ({
      x: places.flatMap((place) => [place, place, null]),
      y: each.flatMap(bars),
    })),
    ...found.map((each) => ({ x: places, y: each.map((one) => one.variance) })),
  ];
}

// Two standard errors down and up, on the logarithmic scale, and a gap.
function bars({ variance: found, error }) {
  const factor = Math.exp((2 * error) / found);
  return [found / factor, found * factor, null];
}
