// The text beside the pointer for a mark from painter.js's `nearest`.

import { plain } from "./numbers.js";

export function describe({ trace, index, x, y, value }) {
  if (trace.type === "heatmap") return cellText(trace, x, y, value);
  const id = trace.customdata ? trace.customdata[index] : null;
  if (trace.type === "bar") return barText(trace, index, x);
  if (trace.hovertemplate)
    return trace.hovertemplate
      .replace("%{customdata}", id)
      .replace("%{x}", x.toPrecision(3))
      .replace("%{y}", y.toPrecision(3));
  const place = `(${x.toPrecision(3)}, ${y.toPrecision(3)})`;
  return id === null ? `${trace.name}: ${place}` : `example ${id}, class ${trace.name}: ${place}`;
}

// Plotly's own template, as a cell's.
function barText({ name, hovertemplate, text, customdata }, index, x) {
  if (!hovertemplate) return `${name}: ${text[index]} at ${x.toFixed(0)}`;
  return hovertemplate
    .replace("%{text}", text[index])
    .replace("%{x}", plain(x))
    .replace("%{customdata}", customdata?.[index]);
}

// Plotly's own template where a trace has one; a value below the scale is none.
function cellText({ name, hovertemplate, meta }, x, y, value) {
  if (!hovertemplate)
    return `${name}: ${value.toPrecision(3)} at (${x.toFixed(0)}, ${y.toFixed(0)})`;
  if (meta?.lacking && value < 0) return meta.lacking;
  return hovertemplate
    .replace("%{z}", plain(value))
    .replace("%{x}", plain(x))
    .replace("%{y}", plain(y));
}
