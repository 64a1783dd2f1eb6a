// A model as the page works with it: its message, and the networks that run here.

import { precise } from "./codes.js";
import { Decoder, Encoder } from "./network.js";
import { Picture } from "./picture.js";

// Adds to the message's model: latent, count, pictured (examples that have a picture), decoder, encoder or null,
// className(n), order (dimensions by falling KL, or variance) and weights() for logAggregate.
export function prepared(model) {
  const { network, mu, logvar, images, x, kl, labels, class_names: names } = model,
    d = network.latent;
  const count = mu.length / d,
    decoder = new Decoder(network, d),
    size = x ? 2 : decoder.size;
  const encoder = network.encoder.length ? new Encoder(network, size) : null;
  let weights = null;
  return Object.assign(model, {
    latent: d,
    count,
    decoder,
    encoder,
    pictured: Math.min(count, (x ?? images).length / size),
    className: (n) => names[labels[n]] ?? "?",
    order: [...kl.keys()].sort((a, b) => kl[b] - kl[a] || a - b),
    weights: () => (weights ??= precise(logvar, d)),
  });
}

// The pictures of a model in these colours.
export function pictured(model, colours) {
  model.picture = new Picture({ ...model.network, x: model.x }, colours);
}
