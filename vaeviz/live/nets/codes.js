// Arithmetic on codes: interpolations, densities, quantiles, neighbours. Codes (N, d) lie row by
// row.

export function lerp(a, b, t, out) {
  for (let k = 0; k < out.length; k++) out[k] = (1 - t) * a[k] + t * b[k];
  return out;
}

// Along the great circle between the directions, with a linear norm (Shoemake 1985). Without a
// unique circle (a zero, or opposite ends) it is the straight line.
export function slerp(a, b, t, out) {
  const na = norm(a);
  const nb = norm(b);
  const cosine = na && nb ? dot(a, b) / (na * nb) : 1;
  const angle = Math.acos(Math.min(1, Math.max(-1, cosine)));
  const sine = Math.sin(angle);
  if (sine < 1e-6) return lerp(a, b, t, out);
  const length = (1 - t) * na + t * nb;
  const p = (length * Math.sin((1 - t) * angle)) / (sine * na);
  const q = (length * Math.sin(t * angle)) / (sine * nb);
  for (let k = 0; k < out.length; k++) out[k] = p * a[k] + q * b[k];
  return out;
}

export function dot(a, b) {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k] * b[k];
  return sum;
}

export function norm(a) {
  return Math.sqrt(dot(a, a));
}

export function distance(a, b) {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += (a[k] - b[k]) ** 2;
  return Math.sqrt(sum);
}

export function row(codes, n, d) {
  return codes.subarray(n * d, (n + 1) * d);
}

// The density of N(0, 1).
export function normal(x) {
  return Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
}

// log N(z; 0, I), in nats.
export function logPrior(z) {
  return -0.5 * (dot(z, z) + z.length * Math.log(2 * Math.PI));
}

// log q(z) = -log N + logsumexp_n log N(z; mu_n, var_n), over all N posteriors. `weights` comes
// from `precise`.
export function logAggregate(z, mu, { precision, constant }) {
  const d = z.length;
  const n = constant.length;
  let top = -Infinity,
    sum = 0;
  for (let k = 0, at = 0; k < n; k++) {
    let a = constant[k];
    for (let j = 0; j < d; j++, at++) a -= 0.5 * (z[j] - mu[at]) ** 2 * precision[at];
    if (a > top) {
      sum = sum * Math.exp(top - a) + 1;
      top = a;
    } else if (a > top - 40) sum += Math.exp(a - top);
  }
  return top + Math.log(sum) - Math.log(n);
}

// The input of logAggregate from the variances: 1/var (N, d), and each Gaussian's constant (N).
export function precise(logvar, d) {
  const precision = logvar.map((v) => Math.exp(-v));
  const constant = new Float32Array(logvar.length / d);
  for (let k = 0; k < constant.length; k++) {
    for (let j = 0; j < d; j++) constant[k] -= 0.5 * (logvar[k * d + j] + Math.log(2 * Math.PI));
  }
  return { precision, constant };
}

// The `count` codes nearest to z among the first `most`, nearest first, written into `ids`.
export function nearest(codes, z, most, ids, distances) {
  const d = z.length;
  distances.fill(Infinity);
  for (let n = 0, at = 0; n < most; n++, at += d) {
    let sum = 0;
    for (let j = 0; j < d; j++) sum += (codes[at + j] - z[j]) ** 2;
    if (sum >= distances[ids.length - 1]) continue;
    let k = ids.length - 1;
    for (; k > 0 && distances[k - 1] > sum; k--) {
      distances[k] = distances[k - 1];
      ids[k] = ids[k - 1];
    }
    distances[k] = sum;
    ids[k] = n;
  }
  return ids;
}

// The standard normal's quantile, to 1e-9: Acklam's rational start and one step of Halley's method.
export function quantile(p) {
  if (p > 0.5) return -quantile(1 - p);
  const x = start(p);
  const error = below(x) - p;
  const u = error * Math.sqrt(2 * Math.PI) * Math.exp((x * x) / 2);
  return x - u / (1 + (x * u) / 2);
}

function start(p) {
  if (p < 0.02425) {
    const q = Math.sqrt(-2 * Math.log(p));
    return (
      horner(
        [
          -7.784894002430293e-3, -0.3223964580411365, -2.400758277161838, -2.549732539343734,
          4.374664141464968, 2.938163982698783,
        ],
        q,
      ) /
      horner([7.784695709041462e-3, 0.3224671290700398, 2.445134137142996, 3.754408661907416, 1], q)
    );
  }
  const q = p - 0.5;
  const r = q * q;
  return (
    (q *
      horner(
        [
          -39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269,
          -30.66479806614716, 2.506628277459239,
        ],
        r,
      )) /
    horner(
      [
        -54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972,
        -13.28068155288572, 1,
      ],
      r,
    )
  );
}

function horner(coefficients, x) {
  return coefficients.reduce((sum, c) => sum * x + c, 0);
}

// The standard normal's distribution function for x <= 0, by its series or its continued fraction.
function below(x) {
  const density = normal(x);
  if (x > -2.5) {
    let term = x,
      sum = x;
    for (let k = 3; Math.abs(term) > 1e-17; k += 2) {
      term *= (x * x) / k;
      sum += term;
    }
    return 0.5 + density * sum;
  }
  let fraction = 0;
  for (let k = 60; k > 0; k--) fraction = k / (-x + fraction);
  return density / (-x + fraction);
}
