// The twin of figures/kl_landscape.py: the start of q follows the pointer over the server's map.

export function traces({ start_mu, start_sigma }) {
  return [null, null, null, { x: [start_mu], y: [start_sigma] }];
}

export function moved(handle, at, height) {
  return { start_mu: at, start_sigma: height };
}
