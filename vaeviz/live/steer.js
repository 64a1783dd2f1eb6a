// A hand on a heat map whose axes stand for settings (`meta.go`): a click goes to a cell, a drag wherever it is,
// and by keyboard arrows go one cell, Home, End and the page keys to the ends.

import { plain } from "./controls.js";
import { cell, middles } from "./heatmap.js";
import { along, symbol } from "./knobs.js";

const STILL = 4; // pixels that a hand may move within a click
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
    return this.panel.content?.figure?.layout.meta.go;
  }

  get map() {
    return this.panel.content.figure.data.find(({ type }) => type === "heatmap");
  }

  down(event) {
    const { frame: f } = this.panel,
      [px, py] = this.panel.at(event);
    if (!this.axes || event.button || !f) return;
    if (px < f.left || px > f.left + f.width || py < f.top || py > f.top + f.height) return;
    this.from = [px, py];
    this.panel.canvas.setPointerCapture(event.pointerId);
    this.panel.tip.hidden = true;
    const hit = cell(this.map, f, px, py);
    if (hit) this.panel.board.went(this.axes, hit.x, hit.y, event.timeStamp);
    else this.go(event);
  }

  // A click is over before the hand has moved.
  move(event) {
    const [px, py] = this.panel.at(event),
      { from } = this;
    if (!from || (from.length && Math.hypot(px - from[0], py - from[1]) < STILL)) return;
    this.from = []; // a drag, from here on
    this.go(event);
  }

  // A hand that leaves the axes stays at their edge.
  go(event) {
    const { frame: f } = this.panel,
      [px, py] = this.panel.at(event);
    const x = Math.min(f.left + f.width, Math.max(f.left, px)),
      y = Math.min(f.top + f.height, Math.max(f.top, py));
    if (this.axes) this.panel.board.went(this.axes, f.ux(x), f.uy(y), event.timeStamp);
  }

  key(event) {
    const step = KEYS[event.key],
      { frame: f, board } = this.panel;
    if (
      !this.axes ||
      !step ||
      !f ||
      event.ctrlKey ||
      event.metaKey ||
      event.altKey ||
      event.shiftKey
    )
      return;
    event.preventDefault();
    const { xs, ys } = middles(this.map, f),
      { x, y } = this.axes,
      { settings } = board;
    board.went(
      this.axes,
      stepped(xs, along(x, settings), step[0], f.px),
      stepped(ys, along(y, settings), step[1], f.py),
      event.timeStamp,
    );
  }

  // Who can't see where we are hears it: a slider over two axes.
  say() {
    const { canvas, content, frame: f, board } = this.panel,
      { axes } = this;
    if (!axes && !canvas.hasAttribute("tabindex")) return;
    canvas.setAttribute("role", axes ? "slider" : "img");
    if (!axes) return NAMES.concat("tabindex").forEach((name) => canvas.removeAttribute(name));
    const { x, y } = axes,
      { settings } = board.message,
      { xs } = middles(this.map, f);
    const words = [x, y]
      .map((name) => `${symbol(name, settings)} = ${plain(along(name, settings))}`)
      .join(", ");
    const values = [
      "map",
      1,
      xs.length,
      1 + closest(xs, along(x, settings), f.px),
      `${words}: ${content.figure.layout.meta.short}`,
    ];
    NAMES.forEach((name, k) => canvas.setAttribute(name, values[k]));
    canvas.tabIndex = 0;
  }
}

// The middle so many cells on; nothing where the hand does not move along this axis.
function stepped(middles, here, step, to) {
  if (!step) return undefined;
  return middles[Math.min(middles.length - 1, Math.max(0, closest(middles, here, to) + step))];
}

function closest(middles, here, to) {
  const away = middles.map((middle) => Math.abs(to(middle) - to(here)));
  return away.indexOf(Math.min(...away));
}
