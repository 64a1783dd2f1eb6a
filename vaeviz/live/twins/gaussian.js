// Gaussian densities, as in theory/gaussian_kl.py.

export function density(at, mu, sigma) {
  return Math.exp(-0.5 * (Math.log(2 * Math.PI) + 2 * Math.log(sigma) + ((at - mu) / sigma) ** 2));
}

// As many numbers from low to high, both among them.
export function line(low, high, count) {
  return Array.from({ length: count }, (_, k) => low + ((high - low) * k) / (count - 1));
}
