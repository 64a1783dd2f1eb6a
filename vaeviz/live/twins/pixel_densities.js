// The twin of the densities of figures/likelihood_curves.py, over the grey value.

import { LOGS } from "./pixel.js";

const TOPS = [4, 8, 16, 40, 130];

export function traces({ grey, output, variance }, { at }) {
  const curves = LOGS.map((log) => at.map((x) => Math.exp(log(x, output, variance))));
  const tallest = 1.05 * Math.max(...curves.map((y) => Math.max(...y)));
  const top = TOPS.find((step) => step >= tallest) ?? TOPS.at(-1);
  return [...curves.map((y) => ({ y: y.map((value) => Math.min(value, 2 * top)) })), { x: [grey] }];
}

export function moved(handle, x) {
  return { [handle]: x };
}
