// The twin of theory/variance_outputs.py and figures/variance_pull.py.

const CLAMP = 1e-4;

// ∂KL/∂a of log σ² = a, σ = 1 + a and σ² = max(1 + a, c); null where it is no number.
const PULLS = [
  (a) => 0.5 * Math.expm1(a),
  (a) => (1 + a > 0 ? 1 + a - 1 / (1 + a) : null),
  (a) => (1 + a > CLAMP ? 0.5 * (1 - 1 / (1 + a)) : 0),
];

export function traces({ output }, { line }) {
  const here = (y) => (y === null ? { x: [], y: [] } : { x: [output], y: [y] });
  return [
    ...PULLS.map((pull) => ({ y: line.map((a) => (a === null ? null : pull(a))) })),
    ...PULLS.map((pull) => here(pull(output))),
    { x: [output] },
  ];
}

export function moved(handle, at) {
  return { output: at };
}
