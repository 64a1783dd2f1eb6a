// Numbers as the figures write them.

// Three decimals unless told, with a minus sign.
export function written(value, digits = 3) {
  const text = value.toFixed(digits);
  return (Number(text) ? text : (0).toFixed(digits)).replace("-", "−");
}
