// The twins of the figures of two Gaussians: curves, integrand, and the estimate from draws.

import { density, logDensity } from "./gaussian.js";

// KL(q ‖ p) by the settings, or KL(p ‖ q): the one whose draws count comes first.
export function pair({ direction, ...s }) {
  const q = { mu: s.q_mu, sigma: s.q_sigma };
  const p = { mu: s.p_mu, sigma: s.p_sigma };
  return direction === "forward" ? [p, q] : [q, p];
}

export function kl(q, p) {
  const { log } = Math;
  return (
    log(p.sigma) - log(q.sigma) + (q.sigma ** 2 + (q.mu - p.mu) ** 2) / (2 * p.sigma ** 2) - 0.5
  );
}

export function traces(settings, { line }) {
  const { q_mu, q_sigma, p_mu, p_sigma } = settings;
  const curve = (mu, sigma) => ({ y: line.map((at) => density(at, mu, sigma)) });
  const dot = (x, y = 0) => ({ x: [x], y: [y] });
  return [
    curve(p_mu, p_sigma),
    curve(q_mu, q_sigma),
    dot(q_mu),
    dot(q_mu + q_sigma, density(q_mu + q_sigma, q_mu, q_sigma)),
    dot(p_mu),
    dot(p_mu + p_sigma, density(p_mu + p_sigma, p_mu, p_sigma)),
  ];
}

const NAMES = { mu: "q_mu", sigma: "q_sigma", prior_mu: "p_mu", prior_sigma: "p_sigma" };

// The settings once the pointer has put a point to this place of the line.
export function moved(handle, at, height, settings) {
  const name = NAMES[handle];
  if (!name.endsWith("sigma")) return { [name]: at };
  return { [name]: Math.max(0.05, at - settings[name.replace("sigma", "mu")]) };
}

// The wheel over a point widens and narrows its curve.
export function turned(handle, steps, settings) {
  const name = NAMES[handle].replace("mu", "sigma");
  return { [name]: settings[name] * 1.05 ** steps };
}

export function integrand(settings, line) {
  const [q, p] = pair(settings);
  return line.map((at) => {
    const log = logDensity(at, q.mu, q.sigma);
    return Math.exp(log) * (log - logDensity(at, p.mu, p.sigma));
  });
}

// {mean, error} after each of the draws.
export function running(settings, noise) {
  const [q, p] = pair(settings);
  let [sum, squares] = [0, 0];
  return noise.map((epsilon, k) => {
    const z = q.mu + q.sigma * epsilon;
    const ratio = logDensity(z, q.mu, q.sigma) - logDensity(z, p.mu, p.sigma);
    sum += ratio;
    squares += ratio ** 2;
    const count = k + 1;
    const mean = sum / count;
    const spread = Math.max(squares / count - mean ** 2, 0);
    return { mean, error: Math.sqrt(spread / Math.max(count - 1, 1)) };
  });
}
