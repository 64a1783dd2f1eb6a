// The twin of theory/relaxed.py: gradients on the first logit of three classes.

const VALUES = [-1, 0.5, 2];
const TARGET = 0.8;
const LOSSES = VALUES.map((v) => (v - TARGET) ** 2);

export function softmax(a) {
  const top = Math.max(...a);
  const exps = a.map((v) => Math.exp(v - top));
  const sum = exps[0] + exps[1] + exps[2];
  return exps.map((v) => v / sum);
}

export const logits = ({ first, second }) => [first, second, 0];

export function drawn(l, g) {
  const a = [l[0] + g[0], l[1] + g[1], l[2] + g[2]];
  return a.indexOf(Math.max(...a));
}

export function soft(l, g, tau) {
  return softmax([(l[0] + g[0]) / tau, (l[1] + g[1]) / tau, (l[2] + g[2]) / tau]);
}

export function enumerated(l) {
  const p = softmax(l);
  return p[0] * (LOSSES[0] - p.reduce((sum, v, k) => sum + v * LOSSES[k], 0));
}

// Gumbel-softmax, score function and straight-through, of each draw; without an array per draw.
export function estimates(l, noise, tau) {
  const p = softmax(l)[0];
  const [v0, v1, v2] = VALUES;
  const [relaxed, scored, straight] = [[], [], []];
  for (const g of noise) {
    const [a, b, c] = [l[0] + g[0], l[1] + g[1], l[2] + g[2]];
    const top = Math.max(a, b, c);
    const k = a === top ? 0 : b === top ? 1 : 2;
    const [x, y, z] = [
      Math.exp((a - top) / tau),
      Math.exp((b - top) / tau),
      Math.exp((c - top) / tau),
    ];
    const sum = x + y + z;
    const value = (x * v0 + y * v1 + z * v2) / sum;
    const slope = ((x / sum) * (v0 - value)) / tau; // v·∂y/∂ℓ₁
    relaxed.push(2 * (value - TARGET) * slope);
    scored.push(LOSSES[k] * ((k === 0 ? 1 : 0) - p));
    straight.push(2 * (VALUES[k] - TARGET) * slope);
  }
  return [relaxed, scored, straight];
}

export function estimate(values) {
  const count = values.length;
  const mean = values.reduce((a, b) => a + b, 0) / count;
  let [second, fourth] = [0, 0];
  for (const value of values) {
    const square = (value - mean) * (value - mean);
    second += square;
    fourth += square * square;
  }
  const variance = second / count;
  return {
    mean,
    error: Math.sqrt(variance / (count - 1)),
    variance,
    varianceError: Math.sqrt(Math.max(fourth / count - variance ** 2, 0) / count),
  };
}

export function scoreVariance(l) {
  const p = softmax(l);
  const each = LOSSES.map((f, k) => f * ((k === 0 ? 1 : 0) - p[0]));
  const mean = p.reduce((sum, v, k) => sum + v * each[k], 0);
  return p.reduce((sum, v, k) => sum + v * each[k] ** 2, 0) - mean ** 2;
}

const KEPT = new WeakMap(); // by what is given: the logits, and their estimates at each τ

// At each of the given τ; a τ that moves alone costs nothing here.
export function overTaus(l, given) {
  const [key, kept] = [l.join(), KEPT.get(given)];
  if (kept?.key === key) return kept.made;
  const made = given.taus.map((tau) => estimates(l, given.noise, tau).map(estimate));
  KEPT.set(given, { key, made });
  return made;
}
