// Gaussian densities, as in theory/gaussian_kl.py.

export function logDensity(at, mu, sigma) {
  return -0.5 * (Math.log(2 * Math.PI) + 2 * Math.log(sigma) + ((at - mu) / sigma) ** 2);
}

export function density(at, mu, sigma) {
  return Math.exp(logDensity(at, mu, sigma));
}
