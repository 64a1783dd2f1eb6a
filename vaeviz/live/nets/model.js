// A model on the page: its message, and the networks that run in the browser.

import { precise } from "./codes.js";
import { Decoder, Encoder } from "./network.js";

// The message's model and: latent, count, pictured (examples that have a picture), decoder, encoder
// or null, nearestOf (in words: the examples of which the nearest are searched, if not of all),
// example(n): the number of one that there is, className(n), order (dimensions by falling KL, or
// variance) and weights() for logAggregate.
export function prepared(model) {
  const { network, mu, logvar, images, x, kl, labels, class_names: names } = model;
  const d = network.latent;
  const count = mu.length / d;
  const decoder = new Decoder(network, d);
  const size = x ? 2 : decoder.size;
  const pictured = Math.min(count, (x ?? images).length / size);
  let weights = null;
  return {
    ...model,
    latent: d,
    count,
    decoder,
    encoder: network.encoder.length ? new Encoder(network, size) : null,
    pictured,
    nearestOf: pictured < count ? ` of the first ${pictured}` : "",
    example: (n) => Math.min(Math.max(n, 0), count - 1),
    className: (n) => names[labels[n]] ?? "?",
    order: [...kl.keys()].sort((a, b) => kl[b] - kl[a] || a - b),
    weights: () => (weights ??= precise(logvar, d)),
  };
}
