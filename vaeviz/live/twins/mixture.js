// The twin of figures/mixture.py: the mixture and the start of q. The fits come from the server.

import { density } from "./gaussian.js";

// The mixture's parts by the settings: {mu, sigma, weight}.
function parts(settings, modes) {
  const made = Array.from({ length: modes }, (_, k) => ({
    mu: settings[`c${k + 1}`],
    sigma: settings[`s${k + 1}`],
    weight: settings[`w${k + 1}`],
  }));
  const sum = made.reduce((all, { weight }) => all + weight, 0);
  return made.map((part) => ({ ...part, weight: part.weight / sum }));
}

export function traces(settings, { line, modes }) {
  const { start_mu, start_sigma } = settings;
  const p = parts(settings, modes);
  const height = (at) =>
    p.reduce((sum, { mu, sigma, weight }) => sum + weight * density(at, mu, sigma), 0);
  return [
    { y: line.map(height) },
    { y: line.map((at) => density(at, start_mu, start_sigma)) },
    null,
    null,
    null,
    ...p.map(({ mu }) => ({ x: [mu] })),
    { x: [start_mu] },
  ];
}

// The settings once the pointer has put a point to this place of the line.
export function moved(handle, at) {
  return handle === "start" ? { start_mu: at } : { [handle]: at, mode: handle.slice(1) };
}

// The wheel over a point widens and narrows its curve.
export function turned(handle, steps, settings) {
  const name = handle === "start" ? "start_sigma" : handle.replace("c", "s");
  return { [name]: settings[name] * 1.05 ** steps };
}
