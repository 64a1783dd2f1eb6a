// Small line plots beside pictures: one box, a few curves, the least and the greatest value at the
// left.

import { shown } from "./numbers.js";
import { font, halo, stroke } from "./plane.js";

// series: [{x, y, colour, width, dash, fill}]; box: {left, top, width, height}; says: {title, low,
// high, digits}
export function plot(
  context,
  box,
  series,
  { title, low, high, x: [x0, x1], digits = 0, bare, colours, scale },
) {
  const f = { scale };
  const left = box.left + (bare ? 0 : 52 * scale);
  const top = box.top + 22 * scale;
  const width = box.left + box.width - left - 4;
  const height = box.top + box.height - top - 4;
  const px = (x) => left + ((x - x0) / (x1 - x0)) * width;
  const py = (y) => top + height - ((y - low) / (high - low)) * height;
  context.save();
  context.beginPath();
  context.rect(left, top - 2, width, height + 4);
  context.strokeStyle = colours.grid;
  context.lineWidth = 1;
  context.stroke();
  context.save();
  context.clip();
  for (const s of series) curve(context, s, px, py, f);
  context.restore();
  Object.assign(context, {
    font: font(f),
    fillStyle: colours.soft,
    textAlign: "right",
    textBaseline: "middle",
  });
  if (!bare) {
    context.fillText(shown(high, digits), left - 5, top + 8 * scale);
    context.fillText(shown(low, digits), left - 5, top + height - 8 * scale);
  }
  Object.assign(context, { fillStyle: colours.ink, textAlign: "left" });
  context.fillText(title, box.left, box.top + 10 * scale);
  context.restore();
  return { px, py };
}

function curve(context, { x, y, colour, width = 2.5, dash, fill }, px, py, f) {
  context.beginPath();
  for (let k = 0; k < x.length; k++) context[k ? "lineTo" : "moveTo"](px(x[k]), py(y[k]));
  if (!fill) return stroke(context, f, colour, width, dash);
  context.lineTo(px(x.at(-1)), py(0));
  context.lineTo(px(x[0]), py(0));
  Object.assign(context, { fillStyle: colour, globalAlpha: 0.45 });
  context.fill();
  context.globalAlpha = 1;
}

// Names in their colours, side by side.
export function names(context, entries, left, y, { colours, scale }) {
  Object.assign(context, {
    font: font({ scale }, 16, 600),
    textBaseline: "middle",
    textAlign: "left",
  });
  let x = left;
  for (const [text, colour] of entries) {
    context.fillStyle = colour;
    halo(context, text, x, y, colours.paper, scale);
    x += context.measureText(text).width + 14;
  }
}
