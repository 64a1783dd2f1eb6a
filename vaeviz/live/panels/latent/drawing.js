// A canvas at the data's resolution: the drawing is encoded, decoded and compared with the
// examples.

import { element } from "../../draw/dom.js";
import { shown } from "../../draw/numbers.js";
import { Tile } from "../../draw/picture.js";
import { nearest } from "../../nets/codes.js";
import { Tool } from "./tool.js";

const NEAR = 5;
const PENS = ["pen", "eraser"];

export class Drawing extends Tool {
  build() {
    this.ids = new Int32Array(NEAR);
    this.distances = new Float32Array(NEAR);
    this.pen = "pen";
    this.pens = PENS.map((name) =>
      this.button(name === "pen" ? "Pen" : "Eraser", `Draw with the ${name}`, () =>
        this.take(name),
      ),
    );
    this.button("Clear", "An empty canvas", () => {
      this.ink.fill(0);
      this.drawn();
    });
    this.button("Copy A", "Start from example A", () => this.copy());
    this.button("To the point", "Move the point to the drawing's code", () => {
      if (this.page.drawn) this.page.go(this.page.drawn.mu);
    });
    this.board = this.stage.root.appendChild(element("div", "vv-board-own"));
    [this.paper, this.back, this.near] = ["vv-paper", "vv-back", "vv-near"].map((name, k) => {
      const box = this.board.appendChild(element("figure", name));
      const canvas = box.appendChild(element("canvas"));
      const caption = ["Draw here", "Its reconstruction", "Nearest codes"][k];
      canvas.setAttribute("role", "img");
      canvas.setAttribute("aria-label", `${caption}: nothing is drawn yet`);
      box.appendChild(element("figcaption", "", caption));
      return canvas;
    });
    this.take("pen");
    this.listen();
  }

  listen() {
    const on = (type, react) => this.paper.addEventListener(type, react);
    on("pointerdown", (event) => {
      this.paper.setPointerCapture(event.pointerId);
      this.last = null;
      this.stroke(event);
    });
    on("pointermove", (event) => {
      if (event.buttons) this.stroke(event);
    });
  }

  take(name) {
    this.pen = name;
    this.pens.forEach((button, k) => button.setAttribute("aria-pressed", String(PENS[k] === name)));
  }

  update() {
    const { model } = this.page;
    const { picture } = model;
    const able = model.encoder && !picture.plane;
    this.board.hidden = !able;
    this.bare(!able);
    for (const button of this.head.querySelectorAll("button")) button.disabled = !able;
    if (!able)
      return this.say(
        picture.plane
          ? "These data are points: click on the map instead."
          : "This model comes without its encoder.",
      );
    this.board.style.setProperty("--vv-ratio", picture.w / picture.h);
    if (this.ink?.length !== picture.size) this.ink = new Float32Array(picture.size);
    [this.paperTile, this.backTile, this.nearTile] = [
      [this.paper, 1],
      [this.back, 1],
      [this.near, NEAR],
    ].map(([canvas, across]) => new Tile(canvas, picture, across));
    this.paper.setAttribute(
      "aria-label",
      `A canvas of ${picture.w} × ${picture.h} pixels to draw on`,
    );
    this.drawn(false);
  }

  // Soft ink from the last place to this one, in pixels of the data.
  stroke(event) {
    const box = this.paper.getBoundingClientRect();
    const { w, h } = this.page.model.picture;
    const x = ((event.clientX - box.left) / box.width) * w;
    const y = ((event.clientY - box.top) / box.height) * h;
    const [fx, fy] = this.last ?? [x, y];
    const steps = Math.max(1, Math.ceil(2 * Math.hypot(x - fx, y - fy)));
    for (let k = 1; k <= steps; k++)
      this.dab(fx + ((x - fx) * k) / steps, fy + ((y - fy) * k) / steps);
    this.last = [x, y];
    this.drawn();
  }

  dab(x, y) {
    const { w, h } = this.page.model.picture;
    const radius = Math.max(0.75, w / 22);
    const reach = Math.ceil(radius + 1);
    for (let r = Math.max(0, Math.floor(y) - reach); r < Math.min(h, y + reach); r++) {
      for (let c = Math.max(0, Math.floor(x) - reach); c < Math.min(w, x + reach); c++) {
        const cover = Math.min(1, Math.max(0, radius + 0.5 - Math.hypot(c + 0.5 - x, r + 0.5 - y)));
        const at = r * w + c;
        this.ink[at] =
          this.pen === "pen" ? Math.max(this.ink[at], cover) : Math.min(this.ink[at], 1 - cover);
      }
    }
  }

  copy() {
    const { model, settings } = this.page;
    const { size } = model.picture;
    const n = model.example(settings.a);
    if (n >= model.pictured) return;
    for (let k = 0; k < size; k++) this.ink[k] = model.images[n * size + k] / 255;
    this.drawn();
  }

  // Encodes the drawing; nothing while the canvas is empty.
  drawn(moved = true) {
    const { page, ink } = this;
    const { model } = page;
    const { low, high } = model.network;
    const empty = !ink.some((v) => v > 0);
    this.root.dataset.strokes = Number(this.root.dataset.strokes ?? 0) + 1;
    this.data = this.data?.length === ink.length ? this.data : new Float32Array(ink.length);
    for (let k = 0; k < ink.length; k++) this.data[k] = low + ink[k] * (high - low);
    this.paperTile.show(this.data);
    page.drawn = empty ? null : model.encoder.encode(this.data);
    if (empty) {
      for (const { canvas, context } of [this.backTile, this.nearTile]) {
        context.clearRect(0, 0, canvas.width, canvas.height);
        canvas.setAttribute("aria-label", "Nothing is drawn yet");
      }
      this.say(
        "Draw with the pointer: the encoder answers while you draw, with a posterior ellipse D " +
          "on the map.",
      );
    } else this.answer(page.drawn, model);
    page.pad.paintAbove();
    if (moved) page.moved();
  }

  answer({ mu, logvar }, model) {
    this.backTile.show(model.decoder.decode(mu));
    nearest(model.mu, mu, model.pictured, this.ids, this.distances);
    this.ids.forEach((n, k) => this.nearTile.example(model, n, k));
    const classes = [...this.ids].map((n) => model.className(n)).join(", ");
    const code = model.order
      .slice(0, 4)
      .map((k) => `${shown(mu[k])} ± ${shown(Math.exp(logvar[k] / 2))}`)
      .join(", ");
    const nearby = `Nearest by posterior mean${model.nearestOf}: ${classes}.`;
    this.say(`μ ± σ = ${code}${mu.length > 4 ? ", …" : ""}. ${nearby}`);
    this.back.setAttribute("aria-label", "The reconstruction of the drawing");
    this.near.setAttribute("aria-label", `The examples nearest to the drawing: classes ${classes}`);
  }

  above(context, f) {
    const { drawn, map, colours } = this.page;
    if (drawn && map.rings) map.ring(context, f, drawn.mu, drawn.logvar, "D", colours.rate);
  }

  // The saved file: the three pictures side by side.
  kept(context, width) {
    if (this.board.hidden || !this.paperTile) return;
    const side = (width - 20) / 3;
    context.imageSmoothingEnabled = false;
    [this.paper, this.back].forEach((canvas, k) =>
      context.drawImage(canvas, k * (side + 10), 0, side, side),
    );
    context.drawImage(this.near, 2 * (side + 10), 0, side, side / NEAR);
  }
}
