// The pointer on a heat map whose axes are settings (`meta.go`): a click goes to a cell, a drag
// follows the pointer. By keyboard, arrows go one cell, Home, End and the page keys to the ends.

import { cell, middles } from "../draw/heatmap.js";
import { plain } from "../draw/numbers.js";
import { along, knob } from "./knobs.js";

const STILL = 4; // pixels that the pointer may move within a click
const KEYS = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowDown: [0, -1],
  ArrowUp: [0, 1],
  Home: [-Infinity, 0],
  End: [Infinity, 0],
  PageDown: [0, -Infinity],
  PageUp: [0, Infinity],
};

const NAMES = [
  "aria-roledescription",
  "aria-valuemin",
  "aria-valuemax",
  "aria-valuenow",
  "aria-valuetext",
];

export class Steer {
  // panel: a figure's {canvas, figure, about, frame, page, tip, at(event)}
  constructor(panel) {
    this.panel = panel;
    const { canvas } = panel;
    canvas.addEventListener("pointerdown", (event) => this.down(event));
    canvas.addEventListener("pointermove", (event) => this.move(event));
    for (const end of ["pointerup", "pointercancel"])
      canvas.addEventListener(end, () => {
        this.from = null;
      });
    canvas.addEventListener("keydown", (event) => this.key(event));
  }

  get axes() {
    return this.panel.about.go;
  }

  get map() {
    return this.panel.figure.data.find(({ type }) => type === "heatmap");
  }

  down(event) {
    const { frame: f } = this.panel;
    const [px, py] = this.panel.at(event);
    if (!this.axes || event.button || !f) return;
    if (px < f.left || px > f.left + f.width || py < f.top || py > f.top + f.height) return;
    this.from = [px, py];
    this.panel.canvas.setPointerCapture(event.pointerId);
    this.panel.tip.hidden = true;
    const hit = cell(this.map, f, px, py);
    if (hit) this.panel.page.went(this.axes, hit.x, hit.y, event.timeStamp);
    else this.go(event);
  }

  // A click is over before the pointer has moved.
  move(event) {
    const [px, py] = this.panel.at(event);
    const { from } = this;
    if (!from || (from.length && Math.hypot(px - from[0], py - from[1]) < STILL)) return;
    this.from = []; // it is a drag
    this.go(event);
  }

  // A pointer outside the axes is at their edge.
  go(event) {
    const { frame: f } = this.panel;
    const [px, py] = this.panel.at(event);
    const x = Math.min(f.left + f.width, Math.max(f.left, px));
    const y = Math.min(f.top + f.height, Math.max(f.top, py));
    if (this.axes) this.panel.page.went(this.axes, f.ux(x), f.uy(y), event.timeStamp);
  }

  key(event) {
    const step = KEYS[event.key];
    const { frame: f, page } = this.panel;
    const { ctrlKey, metaKey, altKey, shiftKey } = event;
    if (!this.axes || !step || !f || ctrlKey || metaKey || altKey || shiftKey) return;
    event.preventDefault();
    const { xs, ys } = middles(this.map, f);
    const { x, y } = this.axes;
    const { settings, message } = page;
    const { knobs } = message;
    page.went(
      this.axes,
      stepped(xs, along(x, settings, knobs), step[0], f.px),
      stepped(ys, along(y, settings, knobs), step[1], f.py),
      event.timeStamp,
    );
  }

  // For screen readers: a slider over two axes.
  say() {
    const { canvas, about, frame: f, page } = this.panel;
    const { axes } = this;
    if (!axes && !canvas.hasAttribute("tabindex")) return;
    canvas.setAttribute("role", axes ? "slider" : "img");
    if (!axes) return NAMES.concat("tabindex").forEach((name) => canvas.removeAttribute(name));
    const { x, y } = axes;
    const { settings, knobs } = page.message;
    const { xs } = middles(this.map, f);
    const words = [x, y]
      .map((name) => `${knob(name, knobs)} = ${plain(along(name, settings, knobs))}`)
      .join(", ");
    const values = [
      "map",
      1,
      xs.length,
      1 + closest(xs, along(x, settings, knobs), f.px),
      `${words}: ${about.short}`,
    ];
    NAMES.forEach((name, k) => canvas.setAttribute(name, values[k]));
    canvas.tabIndex = 0;
  }
}

// The middle this many cells further; nothing where the key does not move along this axis.
function stepped(middles, from, step, to) {
  if (!step) return undefined;
  return middles[Math.min(middles.length - 1, Math.max(0, closest(middles, from, to) + step))];
}

function closest(middles, from, to) {
  const away = middles.map((middle) => Math.abs(to(middle) - to(from)));
  return away.indexOf(Math.min(...away));
}
