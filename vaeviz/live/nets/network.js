// Runs a decoder or an encoder under the pointer: one example at a time, in float32, no garbage.
//
// A network is a list of layers (vaeviz/records/network.py), applied in order to a vector; images
// are planes c × h × w:
//   {kind: "linear", weight (out, in), bias (out)}
//   {kind: "conv", weight (cout, cin, 4, 4), bias, shape: [cout, h, w]}
//   {kind: "deconv", weight (cin, cout, 4, 4), bias, shape: [cout, h, w]}
// each with relu: true | false. A convolution has stride 2 and padding 1, so it halves the sides,
// and its transpose doubles them; `shape` is the output's.

import { conv, cut, deconv, linear } from "./layers.js";

const KINDS = { linear, conv, deconv };

export class Network {
  constructor(layers, inputs) {
    this.steps = [];
    let width = inputs;
    for (const layer of layers) {
      const step = KINDS[layer.kind](layer, width);
      this.steps.push(step);
      width = step.out.length;
      if (layer.relu) this.steps.push(cut(step.out));
    }
    this.outputs = width;
    this.planes = layers.at(-1).kind === "deconv"; // its categorical levels lie plane by plane
  }

  // The output for x (inputs): the same array every time, overwritten by the next call.
  run(x) {
    let h = x;
    for (const step of this.steps) h = step.run(h);
    return h;
  }
}

// z (d) -> the likelihood's mean (D): x̂ itself, a probability, or the expected grey level.
export class Decoder {
  constructor({ decoder, output, levels }, latent) {
    this.network = new Network(decoder, latent);
    this.latent = latent;
    this.levels = levels;
    this.size = this.network.outputs / this.levels;
    this.out = new Float32Array(this.size);
    this.mean = MEANS[output] ?? gaussian;
  }

  decode(z) {
    return this.mean(this.network.run(z), this.out, this.levels, this.network.planes);
  }
}

// x (D) -> q(z|x): `mu` and `logvar` (d) are overwritten by the next call.
export class Encoder {
  constructor({ encoder }, size) {
    this.network = new Network(encoder, size);
    const latent = this.network.outputs / 2;
    this.mu = new Float32Array(latent);
    this.logvar = new Float32Array(latent);
  }

  encode(x) {
    const out = this.network.run(x);
    const d = this.mu.length;
    for (let k = 0; k < d; k++) {
      this.mu[k] = out[k];
      this.logvar[k] = Math.min(10, Math.max(-20, out[d + k])); // as models/vae.py clamps it
    }
    return this;
  }
}

function gaussian(parameters) {
  return parameters;
}

function bernoulli(logits, out) {
  for (let k = 0; k < out.length; k++) out[k] = 1 / (1 + Math.exp(-logits[k]));
  return out;
}

// The mean of a density e^(a x) on [0, 1]; near a = 0 a series takes the place of 0/0.
function continuousBernoulli(logits, out) {
  for (let k = 0; k < out.length; k++) {
    const a = logits[k];
    out[k] = Math.abs(a) > 0.05 ? -1 / Math.expm1(-a) - 1 / a : 0.5 + a / 12 - a ** 3 / 720;
  }
  return out;
}

// softmax over the levels of each pixel, and the mean grey value of 0, 1/(K-1), ..., 1.
function categorical(logits, out, levels, planes) {
  const step = planes ? out.length : 1;
  const next = planes ? 1 : levels;
  for (let k = 0; k < out.length; k++) {
    let top = -Infinity,
      sum = 0,
      mean = 0;
    for (let l = 0, at = k * next; l < levels; l++, at += step)
      if (logits[at] > top) top = logits[at];
    for (let l = 0, at = k * next; l < levels; l++, at += step) {
      const p = Math.exp(logits[at] - top);
      sum += p;
      mean += p * l;
    }
    out[k] = mean / (sum * (levels - 1));
  }
  return out;
}

const MEANS = {
  gaussian,
  bernoulli,
  "continuous-bernoulli": continuousBernoulli,
  categorical,
};
