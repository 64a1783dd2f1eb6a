// A mosaic of grey images: one tall canvas of all images, and the place of each on the panel.

import { pixels } from "./dom.js";

const made = new WeakMap(); // bytes -> their canvas

// n images of h × w bytes, under one another.
export function mosaic(bytes, n, h, w) {
  if (made.has(bytes)) return made.get(bytes);
  const tile = pixels(w, n * h, (r, c) => 0xff000000 | (bytes[r * w + c] * 0x10101));
  made.set(bytes, tile);
  return tile;
}

// The place of each image, row by row: {left, top, side, first: whether it begins a line}. Rows
// that may fold are broken into the lines that make the images largest, one below another.
export function cells(rows, columns, width, height, gap, folds) {
  const [across, side] = folds
    ? folded(columns, rows, width, height, gap)
    : [columns, fitted(columns, rows, width, height, gap)];
  return Array.from({ length: rows * columns }, (_, k) => {
    const [r, c] = [Math.floor(k / columns), k % columns];
    const line = Math.floor(c / across) * rows + r;
    const left = (c % across) * (side + gap);
    return { left, top: line * (side + gap), side, first: c % across === 0 };
  });
}

// The largest side of an image for this many columns and rows.
function fitted(columns, rows, width, height, gap) {
  return Math.max(4, Math.min(width / columns, height / rows) - gap);
}

// [images per line, side of one] of the largest images.
function folded(columns, rows, width, height, gap) {
  const ways = Array.from({ length: columns }, (_, k) => Math.ceil(columns / (k + 1)));
  const sized = ways.map((n) => [n, fitted(n, rows * Math.ceil(columns / n), width, height, gap)]);
  return sized.reduce((best, way) => (way[1] > best[1] ? way : best));
}
