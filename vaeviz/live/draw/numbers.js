// Numbers and symbols as text.

const DIGITS = "₀₁₂₃₄₅₆₇₈₉";

// Such as 0.30, −1.20, 123.
export function shown(value, digits = 2) {
  const text = Math.abs(value) >= 100 ? value.toFixed(0) : value.toFixed(digits);
  return text.replace("-", "−").replace(/^−(0\.?0*)$/, "$1");
}

// Three digits, with an exponent only where needed.
export function plain(value) {
  if (value === 0 || (value >= 0.001 && value < 1000)) return String(Number(value.toPrecision(3)));
  return value.toExponential(1).replace("e-", "e−").replace("e+", "e");
}

// With a comma between thousands.
export function whole(value) {
  return Math.round(value).toLocaleString("en-US");
}

// "z₁₂" for dimension 11.
export function symbol(k) {
  return `z${subscript(k + 1)}`;
}

export function subscript(number) {
  return [...String(number)].map((digit) => DIGITS[digit]).join("");
}
