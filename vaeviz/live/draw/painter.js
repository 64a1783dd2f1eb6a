// Draws the traces of a Plotly figure on a canvas over Plotly's axes: same data, a tenth of the
// time. Supports the traces of our figures: scatter (markers, lines, text), bar and heatmap, on
// linear or logarithmic axes.

import { cell, heatmap } from "./heatmap.js";
import { Beyond, labels, near, spare } from "./labels.js";

const LEAST = 11; // size of a text on a scale of 1
const CORNERS = ["top right", "bottom right", "top left", "bottom left"];
const DASH = { dot: [2, 4], dash: [8, 5], solid: [] };

export function frame(layout, width, height, scale, paper) {
  const m = layout.margin;
  const box = { left: m.l * scale, top: m.t * scale };
  box.width = Math.max(1, width - box.left - m.r * scale);
  box.height = Math.max(1, height - box.top - m.b * scale);
  const ranges = [layout.xaxis.range, layout.yaxis.range];
  const [x, y] = layout.meta?.equal ? equalise(...ranges, box) : ranges;
  const [kx, ky] = [box.width / (x[1] - x[0]), box.height / (y[1] - y[0])];
  const [across, up] = [measure(layout.xaxis), measure(layout.yaxis)];
  Object.assign(box, { x, y, scale, paper, kx, ky });
  return {
    ...box,
    ux: (px) => across.back(x[0] + (px - box.left) / kx),
    uy: (py) => up.back(y[0] + (box.top + box.height - py) / ky),
    px: (v) => box.left + (across.to(v) - x[0]) * kx,
    py: (v) => box.top + box.height - (up.to(v) - y[0]) * ky,
  };
}

// A logarithmic axis has its range in powers of ten, as in Plotly.
function measure({ type }) {
  if (type === "log") return { to: Math.log10, back: (v) => 10 ** v };
  return { to: (v) => v, back: (v) => v };
}

function equalise(x, y, box) {
  const unit = Math.max((x[1] - x[0]) / box.width, (y[1] - y[0]) / box.height);
  const widen = ([a, b], size) => {
    const c = (a + b) / 2;
    const half = (unit * size) / 2;
    return [c - half, c + half];
  };
  return [widen(x, box.width), widen(y, box.height)];
}

export function paint(context, traces, f) {
  for (const trace of traces) {
    context.save();
    if (trace.cliponaxis !== false) {
      context.beginPath();
      context.rect(f.left - 1, f.top - 1, f.width + 2, f.height + 2);
      context.clip();
    }
    context.globalAlpha = trace.opacity ?? 1;
    const { x, y } = trace;
    if (trace.type === "bar") bars(context, trace, x, y, f);
    else if (trace.type === "heatmap") heatmap(context, trace, f);
    else scatter(context, trace, x, y, f, traces);
    context.restore();
  }
}

function scatter(context, trace, x, y, f, all) {
  const { mode } = trace;
  if (mode.includes("lines")) lines(context, trace.line, x, y, f);
  if (mode.includes("markers")) markers(context, trace.marker, x, y, f);
  if (trace.meta?.apart) names(context, trace, x, y, f);
  else if (mode.includes("text")) texts(context, trace, f, all);
}

// Texts that make room for each other, those that find it; none where all are at one place.
function names(context, { text, textfont: { size, color } }, x, y, f) {
  const middle = (name, k) => ({ text: name, x: f.px(x[k]), y: f.py(y[k]), colour: color[k] });
  const shown = near(context, text.map(middle), size * f.scale, f);
  labels(context, f, shown, size * f.scale, f.paper);
}

// How many of the traces' points with an identity lie outside the axes.
export function beyond(context, traces, f, ink) {
  const outside = new Beyond(f);
  for (const { customdata, hoverinfo, x, y } of traces) {
    if (!customdata || hoverinfo === "skip") continue;
    for (let i = 0; i < x.length; i++) outside.add(f.px(x[i]), f.py(y[i]));
  }
  outside.draw(context, ink, f.paper);
}

function bars(context, trace, x, y, f) {
  const colours = trace.marker.color;
  const zero = f.py(0);
  const width = (trace.width ?? 0.8) * f.kx;
  for (let i = 0; i < x.length; i++) {
    context.fillStyle = Array.isArray(colours) ? colours[i] : colours;
    const end = f.py(y[i]); // below the axis, where the value is negative
    const left = f.px(x[i]) - width / 2;
    context.fillRect(left, Math.min(end, zero - 1), width, Math.max(Math.abs(zero - end), 1));
  }
}

function lines(context, line, x, y, f) {
  context.beginPath();
  let pen = "moveTo";
  for (let i = 0; i < x.length; i++) {
    if (y[i] !== null) context[pen](f.px(x[i]), f.py(y[i]));
    pen = y[i] === null ? "moveTo" : "lineTo"; // null is a gap
  }
  context.strokeStyle = line.color;
  context.lineWidth = line.width * f.scale;
  context.setLineDash((DASH[line.dash] ?? []).map((d) => d * f.scale));
  context.lineJoin = "round";
  context.stroke();
  context.setLineDash([]);
}

function markers(context, marker, x, y, f) {
  const radius = ((marker.size ?? 6) * f.scale) / 2;
  if (marker.symbol === "line-ew")
    return dashes(context, marker, x, y, f, Math.min(radius, 0.46 * f.kx));
  context.globalAlpha = marker.opacity ?? 1;
  context.fillStyle = marker.color;
  context.beginPath();
  for (let i = 0; i < x.length; i++) {
    const px = f.px(x[i]);
    const py = f.py(y[i]);
    context.moveTo(px + radius, py);
    context.arc(px, py, radius, 0, 6.2832);
  }
  context.fill();
  if (marker.line?.width) {
    context.strokeStyle = marker.line.color;
    context.lineWidth = marker.line.width * f.scale;
    context.stroke();
  }
  context.globalAlpha = 1;
}

function dashes(context, marker, x, y, f, radius) {
  context.strokeStyle = marker.color;
  context.lineWidth = (marker.line?.width ?? 2) * f.scale;
  context.beginPath();
  for (let i = 0; i < x.length; i++) {
    context.moveTo(f.px(x[i]) - radius, f.py(y[i]));
    context.lineTo(f.px(x[i]) + radius, f.py(y[i]));
  }
  context.stroke();
}

function texts(context, trace, f, all) {
  const boxes = trace.meta?.spare ? spared(context, trace, f, all) : placed(context, trace, f);
  const size = styled(context, trace, f);
  context.fillStyle = trace.textfont?.color ?? "#888";
  context.textBaseline = "middle";
  const halo = trace.meta?.halo ?? f.paper; // the ground that the texts are on
  Object.assign(context, { strokeStyle: halo, lineWidth: size / 4, lineJoin: "round" });
  for (const { text, left, middle } of boxes) {
    context.strokeText(text, left, middle); // a halo keeps it legible over lines
    context.fillText(text, left, middle);
  }
}

// Sets the texts' font, and gives their size.
function styled(context, trace, f) {
  const size = fitted(context, trace, f);
  context.font = `${trace.textfont?.weight ?? 400} ${size}px "Source Sans", sans-serif`;
  return size;
}

// Where the texts of a trace are written: {text, left, middle, width, size}; in a short form, where
// its trace knows one and the whole has no room.
function placed(context, trace, f, position = trace.textposition ?? "middle center") {
  const { x, y, mode, meta, cliponaxis } = trace;
  const [vertical, horizontal] = position.split(" ");
  const size = styled(context, trace, f);
  const gap = mode.includes("markers") ? size * 0.45 : 0;
  const right = f.left + f.width;
  const put = (text, i) => {
    const { width } = context.measureText(text);
    let [left, middle] = [f.px(x[i]), f.py(y[i])];
    if (horizontal === "right") left += gap;
    else if (horizontal === "left") left -= width + gap;
    else left -= width / 2;
    const short = meta?.short?.[i];
    if (short && short !== text && (left < f.left || left + width > right)) return put(short, i);
    if (vertical === "top") middle -= size * 0.75;
    if (vertical === "bottom") middle += size * 0.75;
    if (cliponaxis !== false) {
      // moves text inside the edge
      if (left + width > right) left = Math.max(f.left, f.px(x[i]) - width - gap);
      if (middle < f.top + size / 2) middle = f.py(y[i]) + size * 0.75;
    }
    return { text, left, middle, width, size };
  };
  return Array.from(trace.text, put);
}

// Texts that may be left out, since their marks say them under the pointer: each at a corner of its
// mark where it covers no other mark, curve or text.
function spared(context, trace, f, all) {
  const others = all.filter((one) => one !== trace && one.type === "scatter");
  const written = others.filter(({ mode }) => mode.includes("text"));
  const marks = others.filter(({ mode, x }) => mode !== "text" && x.length !== 2); // no straight lines
  const taken = written.flatMap((one) => placed(context, one, f));
  const at = marks.flatMap(({ x, y }) => Array.from(x, (v, k) => [f.px(v), f.py(y[k])]));
  return spare(
    CORNERS.map((corner) => placed(context, trace, f, corner)),
    taken,
    at,
    f,
  );
}

// The texts' size; smaller where each has a slot of one unit, and the widest does not fit in it.
function fitted(context, { text, textfont, meta }, f) {
  const size = (textfont?.size ?? 16) * f.scale;
  if (!meta?.slots) return size;
  context.font = `400 ${size}px "Source Sans", sans-serif`;
  const widest = Math.max(...text.map((one) => context.measureText(one).width));
  return Math.max(LEAST * f.scale, Math.min(size, (size * (f.kx - 3)) / widest));
}

// The mark nearest to a point of the canvas, or null: {trace, index, distance}.
export function nearest(traces, f, px, py, reach = 18) {
  let best = null;
  for (const trace of traces) {
    if (trace.hoverinfo === "skip") continue;
    if (trace.type === "heatmap") {
      const hit = cell(trace, f, px, py);
      if (hit) best ??= { trace, distance: reach, ...hit };
      continue;
    }
    const { x, y } = trace;
    const bar = trace.type === "bar";
    const half = ((trace.width ?? 0.8) * f.kx) / 2;
    for (let i = 0; i < x.length; i++) {
      const inside =
        bar && Math.abs(f.px(x[i]) - px) < half && py > f.py(y[i]) - 6 && py < f.py(0) + 24;
      const distance = inside ? 0 : bar ? Infinity : Math.hypot(f.px(x[i]) - px, f.py(y[i]) - py);
      if (distance < (best?.distance ?? reach))
        best = { trace, index: i, distance, x: x[i], y: y[i] };
    }
  }
  return best;
}
