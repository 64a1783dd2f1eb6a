// The twin of theory/gradient_estimators.py: estimates of a gradient as polynomials in ε, each an
// array of coefficients.

const FUNCTIONS = {
  square: [0, 0, 1],
  shifted: [4, -4, 1],
  raised: [5, 0, 1],
  cube: [0, 0, 0, 1],
  quartic: [0, 0, 0, 0, 1],
};
const PATH = { mu: [1], sigma: [0, 1] }; // ∂z/∂μ, ∂z/∂σ
const SCORE = { mu: [0, 1], sigma: [-1, 0, 1] }; // σ ∂ log q/∂μ, σ ∂ log q/∂σ

function times(a, b) {
  const made = new Array(a.length + b.length - 1).fill(0);
  a.forEach((p, j) => b.forEach((q, k) => (made[j + k] += p * q)));
  return made;
}

const plus = (a, constant) => a.map((c, k) => (k ? c : c + constant));
const slope = (a) => a.slice(1).map((c, k) => c * (k + 1));
const scaled = (a, factor) => a.map((c) => c * factor);

// f(z), by Horner's rule.
function composed(f, z) {
  return f.reduceRight((made, c) => plus(times(made, z), c), [0]);
}

export function value(of, epsilon) {
  return of.reduceRight((made, c) => made * epsilon + c, 0);
}

function moment(k) {
  if (k % 2) return 0;
  let made = 1;
  for (let j = 1; j < k; j += 2) made *= j;
  return made;
}

export function mean(of) {
  return of.reduce((sum, c, k) => sum + c * moment(k), 0);
}

export function variance(of) {
  const along = (j) =>
    of.reduce((sum, c, k) => sum + c * (moment(j + k) - moment(j) * moment(k)), 0);
  return of.reduce((sum, c, j) => sum + c * along(j), 0);
}

// Pathwise, score function, and the score function with the chosen baseline.
export function estimators({ f, parameter, baseline, centre, spread }) {
  const [of, z, score] = [FUNCTIONS[f], [centre, spread], SCORE[parameter]];
  const values = composed(of, z);
  const square = times(score, score);
  const best = mean(times(values, square)) / mean(square);
  const b = baseline === "optimal" ? best : mean(values);
  const scored = (shift) => scaled(times(plus(values, -shift), score), 1 / spread);
  return [times(composed(slope(of), z), PATH[parameter]), scored(0), scored(b)];
}

// The means of every `count` draws.
export function means(of, noise, count) {
  const made = [];
  for (let k = 0; k < noise.length; k += count) {
    let sum = 0;
    for (let j = k; j < k + count; j++) sum += value(of, noise[j]);
    made.push(sum / count);
  }
  return made;
}

// {variance, error} of the mean of `count` draws, measured.
export function measured(of, noise, count) {
  const made = means(of, noise, count);
  const centre = made.reduce((a, b) => a + b, 0) / made.length;
  let [second, fourth] = [0, 0];
  for (const one of made) {
    const square = (one - centre) * (one - centre);
    second += square;
    fourth += square * square;
  }
  const found = second / made.length;
  return {
    variance: found,
    error: Math.sqrt(Math.max(fourth / made.length - found ** 2, 0) / made.length),
  };
}
