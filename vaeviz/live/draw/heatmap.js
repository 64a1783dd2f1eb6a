// A heat map: z by rows in Plotly's vocabulary, one pixel per cell, stretched without smoothing.
// The rows have one height on the canvas; the columns may have any width.

import { pixels } from "./dom.js";

const made = new WeakMap(); // z -> {key: its colours, tile}: the axes may change under it

export function heatmap(context, trace, f) {
  const xs = edges(trace.x, trace.x0, trace.dx, trace.z.shape[1]);
  const ys = edges(trace.y, trace.y0, trace.dy, trace.z.shape[0]);
  const tile = picture(trace);
  const rows = ys.length - 1;
  const columns = xs.length - 1;
  context.imageSmoothingEnabled = false;
  const top = Math.round(f.py(ys[rows]));
  const height = Math.round(f.py(ys[0])) - top;
  if (even(xs.map(f.px))) {
    context.drawImage(tile, f.px(xs[0]), top, f.px(xs[columns]) - f.px(xs[0]), height);
    return;
  }
  for (let c = 0; c < columns; c++) {
    // whole pixels avoid seams
    const left = Math.round(f.px(xs[c]));
    const right = Math.round(f.px(xs[c + 1]));
    if (right > left) context.drawImage(tile, c, 0, 1, rows, left, top, right - left, height);
  }
}

// The cell under a point of the canvas, or null: its middle and its value.
export function cell(trace, f, px, py) {
  const [rows, columns] = trace.z.shape;
  const xs = edges(trace.x, trace.x0, trace.dx, columns);
  const ys = edges(trace.y, trace.y0, trace.dy, rows);
  const across = xs.map(f.px);
  const up = ys.map(f.py);
  const c = across.findIndex((edge, k) => k < columns && edge <= px && px < across[k + 1]);
  const r = up.findIndex((edge, k) => k < rows && py <= edge && up[k + 1] < py);
  return c < 0 || r < 0
    ? null
    : {
        x: f.ux((across[c] + across[c + 1]) / 2),
        y: f.uy((up[r] + up[r + 1]) / 2),
        value: trace.z[r * columns + c],
      };
}

// The middles of the columns and of the rows, the lowest first, in the units of the axes.
export function middles(trace, f) {
  const [rows, columns] = trace.z.shape;
  const half = (at, to, back) => at.slice(1).map((edge, k) => back((to(at[k]) + to(edge)) / 2));
  return {
    xs: half(edges(trace.x, trace.x0, trace.dx, columns), f.px, f.ux),
    ys: half(edges(trace.y, trace.y0, trace.dy, rows), f.py, f.uy),
  };
}

// As in Plotly: n + 1 numbers are edges, n numbers or `start` are middles.
export function edges(given, start = 0, step = 1, n = 0) {
  if (given?.length === n + 1) return Array.from(given);
  const at = given ? Array.from(given) : Array.from({ length: n }, (_, k) => start + k * step);
  const first = n > 1 ? (at[1] - at[0]) / 2 : step / 2;
  const last = n > 1 ? (at[n - 1] - at[n - 2]) / 2 : step / 2;
  return [at[0] - first, ...at.slice(1).map((x, k) => (at[k] + x) / 2), at[n - 1] + last];
}

function even(xs) {
  const step = (xs.at(-1) - xs[0]) / (xs.length - 1);
  return xs.every((x, k) => Math.abs(x - xs[0] - k * step) < 0.01 * step);
}

function picture(trace) {
  const key = JSON.stringify([trace.colorscale, trace.zmin, trace.zmax]);
  if (made.get(trace.z)?.key === key) return made.get(trace.z).tile;
  const [rows, columns] = trace.z.shape;
  const table = colours(trace.colorscale);
  const low = trace.zmin;
  const gain = 255 / (trace.zmax - low);
  const tile = pixels(columns, rows, (r, c) => {
    const level = Math.round((trace.z[(rows - 1 - r) * columns + c] - low) * gain); // lowest first
    return table[Math.min(255, Math.max(0, level))];
  });
  made.set(trace.z, { key, tile });
  return tile;
}

const tables = new Map();

// 256 colours as 0xAABBGGRR, from [position, colour] stops; the canvas parses the colours.
function colours(stops) {
  const key = JSON.stringify(stops);
  if (tables.has(key)) return tables.get(key);
  const context = Object.assign(document.createElement("canvas"), {
    width: 256,
    height: 1,
  }).getContext("2d");
  const ramp = context.createLinearGradient(0.5, 0, 255.5, 0);
  for (const [at, colour] of stops) ramp.addColorStop(at, colour);
  context.fillStyle = ramp;
  context.fillRect(0, 0, 256, 1);
  const table = new Uint32Array(context.getImageData(0, 0, 256, 1).data.buffer);
  tables.set(key, table);
  return table;
}
