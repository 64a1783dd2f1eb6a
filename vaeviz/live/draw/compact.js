// Axes for small panels: named at the ends of their numbers; a long vertical title is smaller.

import { subscript } from "./numbers.js";

const LETTER = 0.48; // width of a letter, as a share of the font's size
const BELOW = 24; // height of the x axis's numbers, on a scale of 1
const ABOVE = 9; // half the height of a number at the upper end
const DIGIT = 8.5; // width of a digit with some air
const AIR = 4; // between two numbers
const SHARE = 0.5; // width of a digit or letter, as a share of the font's size
const SMALLER = 0.8; // names of ticks that would touch
const NAME = 7.25; // width of a letter of a name

export function compacted(layout, width, height, scale) {
  const { xaxis, yaxis, margin, meta } = layout;
  const margins = { ...margin, t: ABOVE, b: BELOW, l: meta.equal ? 32 : margin.l };
  const names = [plain(xaxis.title.text), meta.equal ? plain(yaxis.title.text) : ""];
  const upright = meta.equal ? "" : yaxis.title.text;
  const length = height / scale - margins.t - margins.b;
  const size = Math.max(12, Math.min(yaxis.title.font.size, length / (0.46 * upright.length)));
  const across = width / scale - margins.l - margins.r;
  const free =
    meta.equal || xaxis.tickvals ? { nticks: 3 } : ticks(xaxis, across, names[0], margins.r);
  return {
    ...layout,
    margin: margins,
    names,
    xaxis: { ...xaxis, ...free, title: { ...xaxis.title, text: "" } },
    yaxis: {
      ...yaxis,
      title: { ...yaxis.title, text: upright, font: { ...yaxis.title.font, size } },
    },
  };
}

// The numbers of an axis of this length that end before its name begins, which ends at the panel's
// edge: as few as can be. Where 0 would touch the next one, that one stands alone.
function ticks({ range: [low, high] }, length, name, aside) {
  const span = high - low;
  const room = length + aside - NAME * name.length - 6;
  const ends = (value) => ((value - low) / span) * length + (DIGIT / 2) * String(value).length;
  const power = 10 ** Math.floor(Math.log10(span));
  const steps = [5, 4, 3, 2.5, 2, 1, 0.5, 0.4, 0.3, 0.25, 0.2, 0.1].map((k) => k * power);
  const step = steps.find((size) => ends(low + size) <= room) ?? span;
  const touch = ends(low + step) - DIGIT * String(low + step).length < ends(low) + AIR;
  const all = Array.from({ length: 12 }, (_, k) => low + k * step).slice(touch ? 1 : 0);
  return { tickvals: all.filter((value) => ends(value) <= room), tickangle: 0 };
}

// The x axis's name right of its numbers, and with equal axes the other's in its corner, on the
// paper's colour.
export function corners(context, { names: [x, y], font, margin }, f, height) {
  const size = font.size * f.scale;
  const right = f.left + f.width;
  const below = BELOW * f.scale - 2;
  context.font = `${size}px "Source Sans", sans-serif`;
  context.textBaseline = "middle";
  const write = (text, left, top, width) => {
    context.fillStyle = f.paper;
    context.fillRect(left, top, width, below);
    context.fillStyle = font.color;
    context.fillText(text, left + 4, top + below / 2);
  };
  const wide = context.measureText(x).width + 6;
  const aside = y ? 0 : f.scale * margin.r; // a lone name ends at the panel's edge
  write(x, right + aside - wide, height - below, wide + height);
  if (y) write(y, f.left + 2, f.top + 2, context.measureText(y).width + 8);
}

// "μ<sub>1</sub> (prior standard deviations)" → "μ₁"
function plain(title) {
  return title
    .replace(/<sub>(\d+)<\/sub>/g, (_, digits) => subscript(digits))
    .replace(/ \(.*\)/, "");
}

// Axis titles that are longer than their axis and the margins beside it are smaller, and an x axis
// has as many ticks as stand side by side.
export function fitting({ margin: m, xaxis, yaxis }, width, height) {
  thin(xaxis, width - m.l - m.r);
  const fit = ({ title }, room) => {
    const letters = title.text.replace(/<[^>]*>/g, "").length;
    title.font.size = Math.min(title.font.size, room / (LETTER * letters));
  };
  fit(xaxis, width - m.l - m.r + 2 * Math.min(m.l, m.r));
  fit(yaxis, height - m.t - m.b + 2 * Math.min(m.t, m.b));
}

// In a narrow figure there are fewer ticks, of named ones every second, third, ...; words are
// smaller before one of them goes. None is turned.
function thin(axis, length) {
  const { range, tickvals, ticktext, tickfont, nticks = 5 } = axis;
  const wide = (text) => SHARE * tickfont.size * plain(String(text)).length + AIR;
  if (!tickvals) {
    const most = Math.max(...range.map((end) => wide(Math.round(end))));
    axis.nticks = Math.max(1, Math.min(nticks, Math.floor(length / most)));
    return;
  }
  const texts = ticktext ?? tickvals;
  const place = axis.type === "log" ? Math.log10 : Number;
  const at = tickvals.map((v) => ((place(v) - range[0]) / (range[1] - range[0])) * length);
  const free = (every) =>
    at.every((x, k) => {
      const next = k + every;
      if (k % every || next >= at.length) return true;
      return Math.abs(at[next] - x) >= (wide(texts[k]) + wide(texts[next])) / 2;
    });
  if (!free(1) && texts.some((text) => Number.isNaN(Number(text)))) tickfont.size *= SMALLER;
  let every = 1;
  while (every < at.length && !free(every)) every += 1;
  if (every === 1) return;
  const kept = (list) => list && Array.from(list).filter((_, k) => k % every === 0);
  Object.assign(axis, { tickvals: kept(tickvals), ticktext: kept(ticktext) });
}

// The layout with its margins and fonts at this scale.
export function scaled(layout, scale) {
  const copy = structuredClone(layout);
  for (const note of copy.annotations ?? []) {
    note.font.size *= scale;
    note.xshift *= scale;
  }
  for (const side of Object.keys(copy.margin)) copy.margin[side] *= scale;
  for (const axis of [copy.xaxis, copy.yaxis]) {
    axis.tickfont.size *= scale;
    axis.title.font.size *= scale;
    axis.title.standoff *= scale;
  }
  return copy;
}
