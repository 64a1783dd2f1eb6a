// From codes to the map and back: two dimensions, two principal axes, or a t-SNE embedding of the
// examples.

import { symbol } from "../../draw/numbers.js";
import { dot, nearest, row } from "../../nets/codes.js";

const GOLDEN = 0.6180339887; // multiples of it, modulo 1, fill a row evenly
const ROWS = 0.88; // of the map's height, for the rows of classes
const TALL = 0.7; // of a row: the band in which its points lie

// An autoencoder has no prior as a unit.
const unit = (variational) => (variational === false ? "" : " (prior standard deviations)");

// {points (2N), names, span, circles: their centre or null, line: whether only x is a code,
// project(z, out), lift(x, y, z)} for these settings.
export function projection(model, embedding, { map, i, j }) {
  const make = embedding && { pca: principal, tsne: embedded }[map];
  if (!make && model.latent === 1) return strip(model);
  return framed(make ? make(model, embedding) : plain(model, Number(i) - 1, Number(j) - 1));
}

// The one dimension of a model; heights say an example's class, and nothing of its code.
function strip({ mu, labels, class_names: names, variational }) {
  const reach = reached(mu);
  const row = (2 * ROWS * reach) / Math.max(names.length, 1);
  const points = new Float32Array(2 * mu.length);
  for (let n = 0; n < mu.length; n++) {
    points[2 * n] = mu[n];
    points[2 * n + 1] = ROWS * reach - row * (labels[n] + 0.5 + TALL * (((GOLDEN * n) % 1) - 0.5));
  }
  return {
    points,
    names: [`${symbol(0)}${unit(variational)}`, "classes, spread apart to be seen"],
    circles: null,
    line: true,
    dims: [0],
    span: { x: [-reach, reach], y: [-reach, reach] },
    project(z, out) {
      out[0] = z[0];
      out[1] = 0;
      return out;
    },
    lift(a, b, z) {
      z[0] = a;
    },
  };
}

// Two latent dimensions.
function plain({ mu, latent: d, variational }, i, j) {
  const x = Math.min(i, d - 1);
  const y = Math.min(j, d - 1);
  const points = new Float32Array((2 * mu.length) / d);
  for (let n = 0; n < points.length / 2; n++) {
    points[2 * n] = mu[n * d + x];
    points[2 * n + 1] = mu[n * d + y];
  }
  return {
    points,
    names: [`${symbol(x)}${unit(variational)}`, symbol(y)],
    circles: [0, 0],
    dims: [x, y],
    project(z, out) {
      out[0] = z[x];
      out[1] = z[y];
      return out;
    },
    lift(a, b, z) {
      z[x] = a;
      z[y] = b;
    },
  };
}

// Along two orthonormal axes (2, d) through the mean code; the orthogonal part stays.
function principal({ latent: d, variational }, { points, axes, mean }) {
  const u = row(axes, 0, d);
  const v = row(axes, 1, d);
  const at = [dot(u, mean), dot(v, mean)];
  const flat = [0, 0];
  const project = (z, out) => {
    out[0] = dot(u, z) - at[0];
    out[1] = dot(v, z) - at[1];
    return out;
  };
  return {
    points,
    names: [`first principal axis of the codes${unit(variational)}`, "second"],
    circles: [-at[0], -at[1]],
    project,
    lift(a, b, z) {
      project(z, flat);
      for (let k = 0; k < d; k++) z[k] += (a - flat[0]) * u[k] + (b - flat[1]) * v[k];
    },
  };
}

// t-SNE has no inverse: the pointer gets the code of the nearest example, and a code the place of
// its nearest example.
function embedded({ mu }, { points }) {
  const id = [0];
  const near = [0];
  const place = [0, 0];
  const count = points.length / 2;
  return {
    points,
    names: ["t-SNE (no unit; only neighbourhoods count)", ""],
    circles: null,
    project(z, out) {
      nearest(mu, z, count, id, near);
      out[0] = points[2 * id[0]];
      out[1] = points[2 * id[0] + 1];
      return out;
    },
    lift(a, b, z) {
      place[0] = a;
      place[1] = b;
      nearest(points, place, count, id, near);
      z.set(row(mu, id[0], z.length));
    },
  };
}

// A span of all but the farthest points, and of the prior's circles.
function framed(view) {
  if (view.circles) {
    const reach = reached(view.points);
    return { ...view, span: { x: [-reach, reach], y: [-reach, reach] } };
  }
  const side = (k) => view.points.filter((_, n) => n % 2 === k);
  const range = (v) => {
    const s = high(v, 1);
    const l = -high(
      v.map((a) => -a),
      1,
    );
    const m = 0.04 * (s - l) || 1;
    return [l - m, s + m];
  };
  return { ...view, span: { x: range(side(0)), y: range(side(1)) } };
}

// All but the farthest values, and the prior's circles.
function reached(values) {
  return Math.max(3, 1.08 * high(values.map(Math.abs), 0.997));
}

function high(values, share) {
  if (!values.length) return 0;
  const sorted = Float32Array.from(values).sort();
  return sorted[Math.floor(share * (sorted.length - 1))];
}
