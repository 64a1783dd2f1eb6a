// A figure: Plotly draws its axes once, and a canvas over them its marks.

import { compacted, corners, scaled } from "../draw/compact.js";
import { element } from "../draw/dom.js";
import { describe } from "../draw/hover.js";
import { frame, nearest, paint } from "../draw/painter.js";
import { Stage } from "../draw/stage.js";
import { Glide } from "./glide.js";
import { Steer } from "./steer.js";

const REACH = 40; // pixels around a point within which a click chooses it

export class Figure {
  constructor(host, page) {
    Object.assign(this, { host, page });
    this.axes = host.appendChild(element("div", "vv-axes"));
    this.axes.ariaHidden = "true"; // the canvas has the label
    this.stage = new Stage(host, (context, width, height) => this.paint(context, width, height));
    this.canvas = this.stage.canvas;
    this.tip = host.appendChild(element("div", "vv-tip"));
    this.tip.hidden = true;
    this.canvas.addEventListener("pointermove", (event) => this.hover(event));
    this.canvas.addEventListener("pointerleave", () => {
      this.tip.hidden = true;
    });
    this.canvas.addEventListener("click", (event) => this.pick(event));
    this.steer = new Steer(this);
    this.glide = new Glide(() => this.stage.paint());
  }

  fill({ figure }, about) {
    Object.assign(this, { figure, about });
    this.stage.say(about.alt);
    if (this.page.glides) this.glide.show(figure.data);
  }

  draw(width, height) {
    this.stage.paint(width, height);
  }

  settle() {
    this.steer.say();
  }

  remove() {
    this.glide.stop();
    if (this.axes.firstChild) window.Plotly?.purge(this.axes);
    this.host.replaceChildren();
  }

  paint(context, width, height) {
    const { layout: full, data } = this.figure;
    const { compact, glides, paper, scale } = this.page;
    const layout = compact ? compacted(full, height, scale) : full;
    this.frame = frame(layout, width, height, scale, paper);
    this.drawAxes(layout, width, height);
    paint(context, glides ? this.glide.shown : data, this.frame);
    if (compact) corners(context, layout, this.frame, height);
  }

  // Axes, grid and titles, only when one of them or the size has changed.
  drawAxes(layout, width, height) {
    const { meta, names, ...rest } = layout;
    const key = JSON.stringify([rest, width, height, this.page.scale]);
    if (key === this.axesKey || !window.Plotly) return;
    this.axesKey = key;
    const plain = { ...scaled(rest, this.page.scale), width, height, hovermode: false };
    plain.xaxis.range = this.frame.x;
    plain.yaxis.range = this.frame.y;
    window.Plotly.react(this.axes, [{ type: "scatter", x: [], y: [] }], plain, {
      staticPlot: true,
    });
  }

  // The place of an event, in the canvas's own pixels.
  at(event) {
    return this.stage.at(event);
  }

  hover(event) {
    if (!this.frame || event.buttons) return;
    const [px, py] = this.at(event);
    const hit = nearest(this.figure.data, this.frame, px, py);
    this.tip.hidden = !hit;
    if (!hit) return;
    this.tip.textContent = describe(hit);
    const most = this.host.clientWidth - this.tip.offsetWidth - 4;
    this.tip.style.left = `${Math.min(px + 12, most)}px`;
    this.tip.style.top = `${Math.max(0, py - 34)}px`;
  }

  pick(event) {
    if (!this.about.pick || !this.frame) return;
    const marks = this.figure.data.filter((trace) => trace.customdata);
    const hit = nearest(marks, this.frame, ...this.at(event), REACH);
    if (hit) this.page.pick(hit.trace.customdata[hit.index], event.shiftKey);
  }
}
