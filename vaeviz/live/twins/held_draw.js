// The twin of figures/held_draw.py: the loss over μ, with ε held and with z held.

import { step } from "./one_step.js";
import { arrived } from "./stochastic_node.js";

const REACH = 1.2; // of the tangent, to each side

export function traces(settings, { line }) {
  const { mu, epsilon, x, noise, logvar, counted } = settings;
  const { sigma, z } = step(settings).values;
  const at = (mean, drawn) => {
    const nll = 0.5 * (Math.log(2 * Math.PI) + Math.log(noise) + (x - drawn) ** 2 / noise);
    return counted === "both" ? nll + 0.5 * (sigma ** 2 + mean ** 2 - 1 - logvar) : nll;
  };
  const loss = at(mu, z);
  const slope = arrived(settings).mu ?? 0;
  return [
    { y: line.map((mean) => at(mean, z)) },
    { y: line.map((mean) => at(mean, mean + sigma * epsilon)) },
    { x: [mu - REACH, mu + REACH], y: [loss - slope * REACH, loss + slope * REACH] },
    { x: [mu], y: [loss] },
  ];
}

export { moved } from "./step_densities.js";
