// Names on a map of points, moved apart where they would cover each other, and at its edges how
// many points lie outside.

import { whole } from "./numbers.js";

const ROUNDS = 60; // of ten names at one place; far fewer where some overlap
const widths = new Map(); // of class names, a few per size of the window
const SAME = 3; // pixels
const PLATE = 0.8; // opacity of the paper below a count
const WIDE = 240; // pixels of a map with room for words, on a scale of 1

// Moves boxes {x, y: the middle, w, h} apart, each by half of what overlaps, and into the frame.
// One that is `fixed` stays.
export function apart(boxes, f) {
  for (let round = 0, moved = true; moved && round < ROUNDS; round++) {
    moved = false;
    for (let i = 0; i < boxes.length; i++)
      for (let j = i + 1; j < boxes.length; j++) moved = parted(boxes[i], boxes[j]) || moved;
    for (const box of boxes) {
      if (box.fixed) continue;
      box.x = inside(box.x, box.w, f.left, f.width);
      box.y = inside(box.y, box.h, f.top, f.height);
    }
  }
  return boxes;
}

// Along the direction in which they overlap least. At nearly the same place the second goes right
// or down: they do not change sides while all codes meet at the origin.
function parted(a, b) {
  const across = (a.w + b.w) / 2 - Math.abs(b.x - a.x);
  const up = (a.h + b.h) / 2 - Math.abs(b.y - a.y);
  if (across <= 0.5 || up <= 0.5) return false;
  const [name, by] = across < up ? ["x", across] : ["y", up];
  const step = b[name] < a[name] - SAME ? -by : by;
  a[name] -= step * (a.fixed ? 0 : b.fixed ? 1 : 0.5);
  b[name] += step * (b.fixed ? 0 : a.fixed ? 1 : 0.5);
  return true;
}

function inside(at, size, low, length) {
  return Math.max(low + size / 2, Math.min(low + length - size / 2, at));
}

// Texts {text, x, y, colour}, their middles in pixels, as large as `size`, on a halo of paper, and
// clear of the boxes that are `taken`.
export function labels(context, f, texts, size, paper, taken = []) {
  const boxes = boxed(context, texts, size);
  Object.assign(context, {
    strokeStyle: paper,
    lineWidth: size / 4,
    lineJoin: "round",
    textAlign: "left",
    textBaseline: "middle",
    globalAlpha: 1,
  });
  for (const { text, x, y, w, colour } of apart([...taken, ...boxes], f).slice(taken.length)) {
    const left = x - w / 2 + size / 10;
    context.strokeText(text, left, y);
    context.fillStyle = colour;
    context.fillText(text, left, y);
  }
}

// Of texts around their middles, those to write: none is pushed away farther than its own size, or
// it would name another place, and at one place there are none.
export function near(context, texts, size, f) {
  const spread = (name) => Math.max(...all(texts, name)) - Math.min(...all(texts, name));
  if (texts.length > 1 && Math.max(spread("x"), spread("y")) < size) return [];
  for (let kept = texts; ; ) {
    const away = apart(boxed(context, kept, size), f).map(
      ({ x, y, w }, k) => Math.hypot(x - kept[k].x, y - kept[k].y) / Math.max(size, w / 2),
    );
    const farthest = Math.max(0, ...away);
    if (farthest <= 1) return kept;
    kept = kept.filter((_, k) => k !== away.indexOf(farthest));
  }
}

// Of texts that may be left out, each in the first of its `ways` {left, middle, width, size} that is
// inside the frame and clear of texts that are `taken` and of places [x, y] of marks.
export function spare(ways, taken, marks, f) {
  const fits = ({ left, middle, width, size }) => {
    const over = middle - size / 2 >= f.top && middle + size / 2 <= f.top + f.height;
    const covers = ([x, y]) =>
      x > left - 3 && x < left + width + 3 && Math.abs(y - middle) < 0.7 * size;
    const touches = (one) =>
      left < one.left + one.width &&
      one.left < left + width &&
      Math.abs(one.middle - middle) < (one.size + size) / 2;
    const within = left >= f.left && left + width <= f.left + f.width;
    return within && over && !taken.some(touches) && !marks.some(covers);
  };
  return ways[0].flatMap((_, k) => {
    const box = ways.map((boxes) => boxes[k]).find(fits);
    if (box) taken.push(box);
    return box ? [box] : [];
  });
}

const all = (places, name) => places.map((place) => place[name]);

// Texts with the widths and heights that they have in the map's font.
function boxed(context, texts, size) {
  context.font = `700 ${size}px "Source Sans", sans-serif`;
  return texts.map((one) => ({ ...one, w: wide(context, one.text) + size / 5, h: size }));
}

// The width of a text in the context's font, measured once.
function wide(context, text) {
  const key = context.font + text;
  if (!widths.has(key)) widths.set(key, context.measureText(text).width);
  return widths.get(key);
}

// Counts points outside the frame, each at the side that it is farthest beyond.
export class Beyond {
  constructor(f) {
    this.f = f;
    this.counts = [0, 0, 0, 0]; // left, right, above, below
  }

  add(px, py) {
    const { left, top, width, height } = this.f;
    if (px >= left && py >= top && px <= left + width && py <= top + height) return;
    const away = [left - px, px - left - width, top - py, py - top - height];
    this.counts[away.indexOf(Math.max(...away))] += 1;
  }

  // An arrow and the number at each such side, near a corner, where maps are emptiest, on a plate
  // of paper that hides the points below.
  draw(context, ink, paper) {
    for (const mark of this.marks(context)) this.mark(context, mark, ink, paper);
  }

  // The rooms that they take, for other texts to keep clear of.
  boxes(context) {
    return this.marks(context).map(({ x, y, w, size }) => {
      const wide = w + 2.2 * size;
      return { x: x - 0.3 * size + wide / 2, y, w: wide, h: 1.4 * size, fixed: true };
    });
  }

  marks(context) {
    const { f } = this;
    const size = 16 * f.scale;
    context.font = `600 ${size}px "Source Sans", sans-serif`;
    return this.counts.flatMap((count, side) => {
      if (!count) return [];
      const text = f.width < WIDE * f.scale ? whole(count) : `${whole(count)} outside`;
      const w = context.measureText(text).width;
      const toRight = [0, 1, 0.96, 0.96][side];
      const toBottom = [0.82, 0.82, 0, 1][side];
      const x = f.left + size / 2 + toRight * (f.width - w - 2.2 * size);
      const y = f.top + 0.7 * size + toBottom * (f.height - 1.4 * size);
      return [{ text, side, x, y, w, size }];
    });
  }

  mark(context, { text, side, x, y, w, size }, ink, paper) {
    Object.assign(context, { fillStyle: paper, globalAlpha: PLATE });
    context.fillRect(x - 0.3 * size, y - 0.7 * size, w + 2.1 * size, 1.4 * size);
    Object.assign(context, {
      font: `600 ${size}px "Source Sans", sans-serif`,
      strokeStyle: paper,
      fillStyle: ink,
      lineWidth: size / 4,
      lineJoin: "round",
      textAlign: "left",
      textBaseline: "middle",
      globalAlpha: 1,
    });
    const [arrow, words] = side === 1 ? [x + w + 0.7 * size, x] : [x, x + 1.2 * size];
    pointing(context, arrow + 0.4 * size, y, 0.4 * size, side);
    context.stroke();
    context.fill();
    context.strokeText(text, words, y);
    context.fillText(text, words, y);
  }
}

// A triangle that points to the left, right, up or down.
function pointing(context, x, y, r, side) {
  const [dx, dy] = [
    [-r, 0],
    [r, 0],
    [0, -r],
    [0, r],
  ][side];
  context.beginPath();
  context.moveTo(x + dx, y + dy);
  context.lineTo(x - dx - dy, y - dy + dx);
  context.lineTo(x - dx + dy, y - dy - dx);
  context.lineTo(x + dx, y + dy);
}
