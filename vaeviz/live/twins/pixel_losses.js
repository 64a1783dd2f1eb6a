// The twin of the losses of figures/likelihood_curves.py, over the decoder's output.

import { LOGS } from "./pixel.js";

const [LOW, HIGH] = [-3, 9];

export function traces({ grey, output, variance }, { at }) {
  const clip = (y) => Math.min(Math.max(y, LOW - (HIGH - LOW)), HIGH + (HIGH - LOW));
  const curves = LOGS.map((log) => at.map((point) => clip(-log(grey, point, variance))));
  return [...curves.map((y) => ({ y })), null, null, null, { x: [output] }];
}

export { moved } from "./pixel_densities.js";
