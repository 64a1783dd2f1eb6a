// Runs a decoder or an encoder where the pointer is: one example at a time, no garbage, float32 throughout.
//
// A network is a list of layers (vaeviz/records/network.py), applied in order to a vector; images are planes c × h × w:
//   {kind: "linear", weight (out, in), bias (out), skip (out, inputs) | null}    skip reads the network's own input
//   {kind: "conv", weight (cout, cin, 4, 4), bias, shape: [cout, h, w]}    stride 2, padding 1: halves the sides
//   {kind: "deconv", weight (cin, cout, 4, 4), bias, shape: [cout, h, w]}  its transpose: doubles them
// each with relu: true | false. `shape` is the output's.

const KINDS = { linear, conv, deconv };

export class Network {
  constructor(layers, inputs) {
    this.inputs = inputs;
    this.steps = [];
    let width = inputs;
    for (const layer of layers) {
      const step = KINDS[layer.kind](layer, width);
      this.steps.push(step);
      width = step.out.length;
      if (layer.skip) this.steps.push(skipped(layer.skip, step.out));
      if (layer.relu) this.steps.push(cut(step.out));
    }
    this.outputs = width;
    this.planes = layers.at(-1).kind === "deconv"; // its categorical levels lie plane by plane
  }

  // The output for x (inputs): the same array every time, overwritten by the next call.
  run(x) {
    let h = x;
    for (const step of this.steps) h = step.run(h, x);
    return h;
  }
}

// z (d) -> the likelihood's mean (D): x̂ itself, a probability, or the expected grey level.
export class Decoder {
  constructor({ decoder, output, levels }, latent) {
    this.network = new Network(decoder, latent);
    this.latent = latent;
    this.levels = output === "categorical" ? levels : 1;
    this.size = this.network.outputs / this.levels;
    this.out = new Float32Array(this.size);
    this.mean = { gaussian, bernoulli, categorical }[output] ?? gaussian;
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
    const out = this.network.run(x),
      d = this.mu.length;
    for (let k = 0; k < d; k++) {
      this.mu[k] = out[k];
      this.logvar[k] = Math.min(10, Math.max(-20, out[d + k])); // as models/vae.py clamps it
    }
    return this;
  }
}

function linear({ weight, bias }, inputs) {
  const out = new Float32Array(weight.length / inputs),
    n = inputs;
  const run = (x) => {
    for (let o = 0, at = 0; o < out.length; o++) {
      let a = 0,
        b = 0,
        k = 0;
      for (const end = n - 1; k < end; k += 2, at += 2) {
        a += weight[at] * x[k];
        b += weight[at + 1] * x[k + 1];
      }
      if (k < n) a += weight[at++] * x[k];
      out[o] = a + b + bias[o];
    }
    return out;
  };
  return { out, run };
}

// The input in a frame of zeros, so that no tap falls outside; sixteen taps of each pair of channels.
function conv({ weight, bias, shape: [cout, h, w] }, inputs) {
  const H = 2 * h,
    W = 2 * w,
    cin = inputs / (H * W),
    wide = W + 2,
    plane = (H + 2) * wide;
  const framed = new Float32Array(cin * plane),
    out = new Float32Array(cout * h * w);
  const run = (x) => {
    for (let c = 0; c < cin; c++) {
      for (let y = 0; y < H; y++) {
        const to = c * plane + (y + 1) * wide + 1,
          from = (c * H + y) * W;
        for (let k = 0; k < W; k++) framed[to + k] = x[from + k];
      }
    }
    for (let o = 0; o < cout; o++) {
      out.fill(bias[o], o * h * w, (o + 1) * h * w);
      for (let c = 0; c < cin; c++)
        gather(framed, c * plane, wide, weight, (o * cin + c) * 16, out, o * h * w, h, w);
    }
    return out;
  };
  return { out, run };
}

function gather(framed, base, wide, k, at, out, to, h, w) {
  for (let r = 0; r < 4; r++) {
    const k0 = k[at + 4 * r],
      k1 = k[at + 4 * r + 1],
      k2 = k[at + 4 * r + 2],
      k3 = k[at + 4 * r + 3];
    for (let y = 0; y < h; y++) {
      for (let x = 0, p = base + (2 * y + r) * wide, q = to + y * w; x < w; x++, p += 2, q++) {
        out[q] += k0 * framed[p] + k1 * framed[p + 1] + k2 * framed[p + 2] + k3 * framed[p + 3];
      }
    }
  }
}

// Each value spreads over sixteen places of a framed output, whose frame is then cut off.
function deconv({ weight, bias, shape: [cout, H, W] }, inputs) {
  const h = H / 2,
    w = W / 2,
    cin = inputs / (h * w),
    wide = W + 2,
    plane = (H + 2) * wide;
  const framed = new Float32Array(plane),
    out = new Float32Array(cout * H * W);
  const run = (x) => {
    for (let o = 0; o < cout; o++) {
      framed.fill(bias[o]);
      for (let c = 0; c < cin; c++)
        spread(x, c * h * w, h, w, weight, (c * cout + o) * 16, framed, wide);
      for (let y = 0; y < H; y++) {
        const to = (o * H + y) * W,
          from = (y + 1) * wide + 1;
        for (let k = 0; k < W; k++) out[to + k] = framed[from + k];
      }
    }
    return out;
  };
  return { out, run };
}

function spread(x, from, h, w, k, at, framed, wide) {
  for (let r = 0; r < 4; r++) {
    const k0 = k[at + 4 * r],
      k1 = k[at + 4 * r + 1],
      k2 = k[at + 4 * r + 2],
      k3 = k[at + 4 * r + 3];
    for (let y = 0; y < h; y++) {
      for (let c = 0, p = from + y * w, q = (2 * y + r) * wide; c < w; c++, p++, q += 2) {
        const v = x[p];
        if (v === 0) continue; // half of them, after a relu
        framed[q] += k0 * v;
        framed[q + 1] += k1 * v;
        framed[q + 2] += k2 * v;
        framed[q + 3] += k3 * v;
      }
    }
  }
}

function cut(out) {
  return {
    out,
    run: () => {
      for (let k = 0; k < out.length; k++) if (out[k] < 0) out[k] = 0;
      return out;
    },
  };
}

function skipped(weight, out) {
  const run = (_, x) => {
    for (let o = 0, at = 0; o < out.length; o++) {
      let sum = 0;
      for (let k = 0; k < x.length; k++) sum += weight[at++] * x[k];
      out[o] += sum;
    }
    return out;
  };
  return { out, run };
}

function gaussian(parameters) {
  return parameters;
}

function bernoulli(logits, out) {
  for (let k = 0; k < out.length; k++) out[k] = 1 / (1 + Math.exp(-logits[k]));
  return out;
}

// softmax over the levels of each pixel, and the mean grey value of 0, 1/(K-1), ..., 1.
function categorical(logits, out, levels, planes) {
  const step = planes ? out.length : 1,
    next = planes ? 1 : levels;
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
