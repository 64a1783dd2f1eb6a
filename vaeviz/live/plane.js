// The latent plane on a canvas: equal axes, points by class, the prior's circles, contours, ellipses, paths.

const DIGITS = "₀₁₂₃₄₅₆₇₈₉";

// "z₁₂" for dimension 11.
export function symbol(k) {
  return `z${[...String(k + 1)].map((c) => DIGITS[c]).join("")}`;
}

// The place of the axes on a canvas: px, py from data to pixels, x, y back.
export function place(width, height, span, scale) {
  const left = 34 * scale,
    bottom = 46 * scale,
    top = 6 * scale,
    right = 8 * scale;
  const w = Math.max(1, width - left - right),
    h = Math.max(1, height - top - bottom);
  const [x0, x1] = span.x,
    [y0, y1] = span.y,
    k = Math.min(w / (x1 - x0), h / (y1 - y0));
  const cx = (x0 + x1) / 2,
    cy = (y0 + y1) / 2,
    mx = left + w / 2,
    my = top + h / 2;
  return {
    left,
    top,
    width: w,
    height: h,
    k,
    scale,
    full: [width, height],
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

export function axes(context, f, names, colours) {
  const right = f.left + f.width,
    bottom = f.top + f.height,
    step = spacing(f.width / f.k);
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
  for (const v of numbers(f.y(bottom), f.y(f.top))) {
    line(context, f.left, f.py(v), right, f.py(v));
    context.fillText(label(v), f.left - 5 * f.scale, f.py(v));
  }
  Object.assign(context, { fillStyle: colours.ink, textAlign: "center", textBaseline: "top" });
  context.fillText(names[0], f.left + f.width / 2, bottom + 23 * f.scale);
  Object.assign(context, { textAlign: "left" });
  halo(context, names[1], f.left + 5 * f.scale, f.top + 3 * f.scale, colours.paper, f.scale);
}

// One path a class, lightly see-through: many thousands at once. `labels` may be of more examples than there are points.
export function points(context, f, at, labels, colours, size = 2.4) {
  const radius = size * f.scale;
  context.save();
  context.globalAlpha = at.length > 8000 ? 0.6 : 0.8;
  for (let c = 0; c < colours.classes.length; c++) {
    context.beginPath();
    for (let n = 0; n < at.length / 2; n++) {
      if (labels[n] % colours.classes.length !== c) continue;
      const x = f.px(at[2 * n]),
        y = f.py(at[2 * n + 1]);
      context.moveTo(x + radius, y);
      context.arc(x, y, radius, 0, 6.2832);
    }
    context.fillStyle = colours.classes[c];
    context.fill();
  }
  context.restore();
}

export function circles(context, f, colours, centre = [0, 0]) {
  for (const [k, dash] of [
    [1, []],
    [2, [2, 4]],
  ]) {
    for (const [colour, width] of [
      [colours.paper, 6],
      [colours.prior, 3],
    ]) {
      ellipse(context, f, centre, [k, k]);
      stroke(context, f, colour, width, colour === colours.paper ? [] : dash);
    }
  }
}

// Half-axes σ (solid) and 2σ (thin) in data units, a mark at μ, and a name.
export function posterior(context, f, mu, sigma, name, colours, colour = colours.ink) {
  for (const [k, width] of [
    [1, 3],
    [2, 1.5],
  ]) {
    ellipse(context, f, mu, [k * sigma[0], k * sigma[1]]);
    stroke(context, f, colour, width);
  }
  dot(context, f, mu, 4.5, colours.paper, colour);
  letter(context, f, [mu[0] + 1.42 * sigma[0], mu[1] + 1.42 * sigma[1]], name, colours, colour);
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

export function path(context, f, at, colour, paper, dash = []) {
  for (const [tint, width] of [
    [paper, 7],
    [colour, 3.5],
  ]) {
    context.beginPath();
    for (let k = 0; k < at.length; k += 2)
      context[k ? "lineTo" : "moveTo"](f.px(at[k]), f.py(at[k + 1]));
    stroke(context, f, tint, width, tint === paper ? [] : dash);
  }
}

// The point under the hand: a cross hair in ink on paper.
export function cursor(context, f, [x, y], colours) {
  const px = f.px(x),
    py = f.py(y),
    near = 5 * f.scale,
    far = 15 * f.scale;
  for (const [colour, width] of [
    [colours.paper, 6],
    [colours.ink, 2.5],
  ]) {
    context.beginPath();
    context.arc(px, py, near + 2 * f.scale, 0, 6.2832);
    for (const [dx, dy] of [
      [1, 0],
      [-1, 0],
      [0, 1],
      [0, -1],
    ]) {
      context.moveTo(px + dx * near, py + dy * near);
      context.lineTo(px + dx * far, py + dy * far);
    }
    stroke(context, f, colour, width);
  }
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
  const power = 10 ** Math.floor(Math.log10(range / 4)),
    m = range / 4 / power;
  return power * (m >= 5 ? 5 : m >= 2 ? 2 : 1);
}

function label(value) {
  return String(Number(value.toPrecision(6))).replace("-", "−");
}
