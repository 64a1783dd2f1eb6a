// The twin of figures/simplex.py: soft draws in the triangle, by class.

import { drawn, logits, soft, softmax } from "./relaxed.js";

const TOP = Math.sqrt(3) / 2;
const x = (y) => y[1] + 0.5 * y[2];
const up = (y) => TOP * y[2];

export function traces(settings, { noise }) {
  const l = logits(settings);
  const classes = [[], [], []];
  for (const g of noise) classes[drawn(l, g)].push(soft(l, g, settings.temperature));
  const p = softmax(l);
  return [
    null,
    ...classes.map((points) => ({ x: points.map(x), y: points.map(up) })),
    { x: [x(p)], y: [up(p)] },
    null,
  ];
}
