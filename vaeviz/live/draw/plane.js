// The latent plane on a canvas: equal axes, points by class, the prior's circles, contours,
// ellipses, paths.

import { Beyond, labels } from "./labels.js";

const CLASS_SIZE = 19; // bold: large text

// The place of the axes on a canvas: px, py from data to pixels, x, y back.
export function place(width, height, span, scale) {
  const [left, right, top, bottom] = [34, 8, 6, 46].map((margin) => margin * scale);
  const w = Math.max(1, width - left - right);
  const h = Math.max(1, height - top - bottom);
  const [[x0, x1], [y0, y1]] = [span.x, span.y];
  const k = Math.min(w / (x1 - x0), h / (y1 - y0));
  const [cx, cy] = [(x0 + x1) / 2, (y0 + y1) / 2];
  const [mx, my] = [left + w / 2, top + h / 2];
  const box = { left, top, width: w, height: h, k, scale };
  return {
    ...box,
    px: (x) => mx + (x - cx) * k,
    py: (y) => my - (y - cy) * k,
    x: (px) => cx + (px - mx) / k,
    y: (py) => cy - (py - my) / k,
  };
}

export function within(context, f, draw) {
  context.save();
  context.beginPath();
  context.rect(f.left, f.top, f.width, f.height);
  context.clip();
  draw();
  context.restore();
}

// `upright`: whether heights are numbers, too.
export function axes(context, f, names, colours, upright = true) {
  const right = f.left + f.width;
  const bottom = f.top + f.height;
  const step = spacing(f.width / f.k);
  Object.assign(context, {
    font: font(f),
    lineWidth: 1,
    strokeStyle: colours.grid,
    fillStyle: colours.soft,
  });
  const numbers = (low, high) =>
    Array.from(
      { length: Math.floor(high / step) - Math.ceil(low / step) + 1 },
      (_, k) => (Math.ceil(low / step) + k) * step,
    );
  Object.assign(context, { textAlign: "center", textBaseline: "top" });
  for (const v of numbers(f.x(f.left), f.x(right))) {
    line(context, f.px(v), f.top, f.px(v), bottom);
    context.fillText(label(v), f.px(v), bottom + 4 * f.scale);
  }
  Object.assign(context, { textAlign: "right", textBaseline: "middle" });
  for (const v of upright ? numbers(f.y(bottom), f.y(f.top)) : []) {
    line(context, f.left, f.py(v), right, f.py(v));
    context.fillText(label(v), f.left - 5 * f.scale, f.py(v));
  }
  Object.assign(context, { fillStyle: colours.ink, textAlign: "center", textBaseline: "top" });
  context.fillText(names[0], f.left + f.width / 2, bottom + 23 * f.scale);
  Object.assign(context, { textAlign: "left" });
  halo(context, names[1], f.left + 5 * f.scale, f.top + 3 * f.scale, colours.paper, f.scale);
}

// One path per class, slightly transparent, for thousands of points. `labels` may have more
// examples than there are points.
export function points(context, f, at, labels, colours, size = 2.4) {
  const radius = size * f.scale;
  context.save();
  context.globalAlpha = at.length > 8000 ? 0.6 : 0.8;
  for (let c = 0; c < colours.classes.length; c++) {
    context.beginPath();
    for (let n = 0; n < at.length / 2; n++) {
      if (labels[n] % colours.classes.length !== c) continue;
      const x = f.px(at[2 * n]);
      const y = f.py(at[2 * n + 1]);
      context.moveTo(x + radius, y);
      context.arc(x, y, radius, 0, 6.2832);
    }
    context.fillStyle = colours.classes[c];
    context.fill();
  }
  context.restore();
}

// The name of each class at the middle one of its points inside the axes, in each direction by
// itself, and clear of the axis's name `above` and of the counts at the edges.
export function classNames(context, f, at, labelled, names, colours, above = "") {
  const members = names.map(() => [[], []]);
  for (let n = 0; n < at.length / 2; n++) {
    const [x, y] = [at[2 * n], at[2 * n + 1]];
    if (!inside(f, f.px(x), f.py(y))) continue;
    members[labelled[n]]?.[0].push(x);
    members[labelled[n]]?.[1].push(y);
  }
  const middle = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
  const texts = names.flatMap((text, k) => {
    const [x, y] = members[k].map(middle);
    const colour = colours.classes[k % colours.classes.length];
    return x === undefined ? [] : [{ text, x: f.px(x), y: f.py(y), colour }];
  });
  context.font = font(f);
  const w = above ? context.measureText(above).width + 10 * f.scale : 0;
  const h = 22 * f.scale;
  const name = w ? [{ x: f.left + w / 2, y: f.top + h / 2, w, h, fixed: true }] : [];
  const taken = [...name, ...counted(f, at).boxes(context)];
  labels(context, f, texts, CLASS_SIZE * f.scale, colours.paper, taken);
}

function inside({ left, top, width, height }, px, py) {
  return px >= left && py >= top && px <= left + width && py <= top + height;
}

// How many points lie outside the axes, at each side.
export function beyond(context, f, at, colours) {
  counted(f, at).draw(context, colours.ink, colours.paper);
}

function counted(f, at) {
  const outside = new Beyond(f);
  for (let n = 0; n < at.length; n += 2) outside.add(f.px(at[n]), f.py(at[n + 1]));
  return outside;
}

// The prior's circles: one standard deviation solid, two dotted.
export function circles(context, f, colours, centre = [0, 0]) {
  ellipse(context, f, centre, [1, 1]);
  outline(context, f, colours.paper, 6, colours.prior, 3);
  ellipse(context, f, centre, [2, 2]);
  outline(context, f, colours.paper, 6, colours.prior, 3, [2, 4]);
}

// The prior of one dimension: lines at one standard deviation, solid, and at two, dotted.
export function deviations(context, f, colours) {
  for (const k of [1, 2]) {
    context.beginPath();
    for (const x of [-k, k]) {
      context.moveTo(f.px(x), f.top + 24 * f.scale); // below the name of the axis
      context.lineTo(f.px(x), f.top + f.height);
    }
    outline(context, f, colours.paper, 6, colours.prior, 3, k === 1 ? [] : [2, 4]);
  }
}

// A posterior of one dimension at a height: from μ − σ to μ + σ thick, to 2σ thin.
export function interval(context, f, mu, sigma, height, name, colours) {
  for (const [k, width] of [
    [2, 2],
    [1, 5],
  ]) {
    context.beginPath();
    context.moveTo(f.px(mu - k * sigma), f.py(height));
    context.lineTo(f.px(mu + k * sigma), f.py(height));
    outline(context, f, colours.paper, width + 3, colours.ink, width);
  }
  dot(context, f, [mu, height], 4.5, colours.paper, colours.ink);
  letter(context, f, [mu + 2 * sigma, height], name, colours);
}

// Half-axes σ (solid) and 2σ (thin) in data units, a mark at μ, and a name.
export function posterior(context, f, mu, sigma, name, colours, colour = colours.ink) {
  const [a, b] = sigma;
  ellipse(context, f, mu, [a, b]);
  stroke(context, f, colour, 3);
  ellipse(context, f, mu, [2 * a, 2 * b]);
  stroke(context, f, colour, 1.5);
  dot(context, f, mu, 4.5, colours.paper, colour);
  letter(context, f, [mu[0] + 1.42 * a, mu[1] + 1.42 * b], name, colours, colour);
}

// The name of a mark, to the upper right of a place.
export function letter(context, f, [x, y], name, colours, colour = colours.ink) {
  Object.assign(context, {
    font: font(f, 20, 700),
    fillStyle: colour,
    textAlign: "left",
    textBaseline: "middle",
  });
  halo(context, name, f.px(x) + 5 * f.scale, f.py(y) - 9 * f.scale, colours.paper, f.scale);
}

export function ellipse(context, f, [x, y], [a, b]) {
  context.beginPath();
  context.ellipse(f.px(x), f.py(y), a * f.k, b * f.k, 0, 0, 6.2832);
}

export function dot(context, f, [x, y], size, fill, edge) {
  context.beginPath();
  context.arc(f.px(x), f.py(y), size * f.scale, 0, 6.2832);
  context.fillStyle = fill;
  context.fill();
  stroke(context, f, edge, 2);
}

export function path(context, f, at, colour, paper, dash) {
  context.beginPath();
  for (let k = 0; k < at.length; k += 2)
    context[k ? "lineTo" : "moveTo"](f.px(at[k]), f.py(at[k + 1]));
  outline(context, f, paper, 7, colour, 3.5, dash);
}

// The point under the pointer: a cross hair in ink on paper.
export function cursor(context, f, [x, y], colours) {
  const [px, py] = [f.px(x), f.py(y)];
  const [near, far] = [5 * f.scale, 15 * f.scale];
  context.beginPath();
  context.arc(px, py, near + 2 * f.scale, 0, 6.2832);
  for (const way of [-1, 1]) {
    context.moveTo(px + way * near, py);
    context.lineTo(px + way * far, py);
    context.moveTo(px, py + way * near);
    context.lineTo(px, py + way * far);
  }
  outline(context, f, colours.paper, 6, colours.ink, 2.5);
}

// The path in its colour, over a wider line in the paper's.
export function outline(context, f, paper, wide, colour, width, dash) {
  stroke(context, f, paper, wide);
  stroke(context, f, colour, width, dash);
}

export function stroke(context, f, colour, width, dash = []) {
  context.strokeStyle = colour;
  context.lineWidth = width * f.scale;
  context.setLineDash(dash.map((d) => d * f.scale));
  context.stroke();
  context.setLineDash([]);
}

export function halo(context, text, x, y, paper, scale) {
  Object.assign(context, { strokeStyle: paper, lineWidth: 4 * scale, lineJoin: "round" });
  context.strokeText(text, x, y);
  context.fillText(text, x, y);
}

export function font({ scale }, size = 16, weight = 400) {
  return `${weight} ${size * scale}px "Source Sans", sans-serif`;
}

function line(context, x0, y0, x1, y1) {
  context.beginPath();
  context.moveTo(x0, y0);
  context.lineTo(x1, y1);
  context.stroke();
}

// 1, 2 or 5 times a power of ten: four to eight lines across.
function spacing(range) {
  const power = 10 ** Math.floor(Math.log10(range / 4));
  const m = range / 4 / power;
  return power * (m >= 5 ? 5 : m >= 2 ? 2 : 1);
}

function label(value) {
  return String(Number(value.toPrecision(6))).replace("-", "−");
}
