// The layers of a network: each is {out, run(input, the network's input)}; `run` overwrites `out`.

export function linear({ weight, bias }, inputs) {
  const out = new Float32Array(weight.length / inputs);
  const n = inputs;
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

// The input in a frame of zeros, so that no tap falls outside; sixteen taps per pair of channels.
export function conv({ weight, bias, shape: [cout, h, w] }, inputs) {
  const H = 2 * h;
  const W = 2 * w;
  const cin = inputs / (H * W);
  const wide = W + 2;
  const plane = (H + 2) * wide;
  const framed = new Float32Array(cin * plane);
  const out = new Float32Array(cout * h * w);
  const run = (x) => {
    for (let c = 0; c < cin; c++) {
      for (let y = 0; y < H; y++) {
        const to = c * plane + (y + 1) * wide + 1;
        const from = (c * H + y) * W;
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
    const k0 = k[at + 4 * r];
    const k1 = k[at + 4 * r + 1];
    const k2 = k[at + 4 * r + 2];
    const k3 = k[at + 4 * r + 3];
    for (let y = 0; y < h; y++) {
      for (let x = 0, p = base + (2 * y + r) * wide, q = to + y * w; x < w; x++, p += 2, q++) {
        out[q] += k0 * framed[p] + k1 * framed[p + 1] + k2 * framed[p + 2] + k3 * framed[p + 3];
      }
    }
  }
}

// Each value spreads over sixteen places of a framed output, whose frame is then cut off.
export function deconv({ weight, bias, shape: [cout, H, W] }, inputs) {
  const h = H / 2;
  const w = W / 2;
  const cin = inputs / (h * w);
  const wide = W + 2;
  const plane = (H + 2) * wide;
  const framed = new Float32Array(plane);
  const out = new Float32Array(cout * H * W);
  const run = (x) => {
    for (let o = 0; o < cout; o++) {
      framed.fill(bias[o]);
      for (let c = 0; c < cin; c++)
        spread(x, c * h * w, h, w, weight, (c * cout + o) * 16, framed, wide);
      for (let y = 0; y < H; y++) {
        const to = (o * H + y) * W;
        const from = (y + 1) * wide + 1;
        for (let k = 0; k < W; k++) out[to + k] = framed[from + k];
      }
    }
    return out;
  };
  return { out, run };
}

function spread(x, from, h, w, k, at, framed, wide) {
  for (let r = 0; r < 4; r++) {
    const k0 = k[at + 4 * r];
    const k1 = k[at + 4 * r + 1];
    const k2 = k[at + 4 * r + 2];
    const k3 = k[at + 4 * r + 3];
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

// relu, in place.
export function cut(out) {
  return {
    out,
    run: () => {
      for (let k = 0; k < out.length; k++) if (out[k] < 0) out[k] = 0;
      return out;
    },
  };
}
