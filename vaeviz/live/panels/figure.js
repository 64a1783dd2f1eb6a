// A figure: Plotly draws its axes once, and a canvas over them its marks.

import { compacted, corners, fitting, scaled } from "../draw/compact.js";
import { element } from "../draw/dom.js";
import { describe } from "../draw/hover.js";
import { beyond, frame, nearest, paint } from "../draw/painter.js";
import { Stage } from "../draw/stage.js";
import { Steer } from "./steer.js";

const REACH = 40; // pixels around a point within which a click chooses it
const PICTURES = 3; // of a glide; the first comes with the frame, each other costs a paint
const PAUSE = 30; // ms between two pictures; all together less than between two frames
const STILL = "(prefers-reduced-motion: reduce)";

export class Figure {
  constructor(host, page) {
    Object.assign(this, { host, page });
    this.axes = host.appendChild(element("div", "vv-axes"));
    this.axes.ariaHidden = "true"; // the canvas has the label
    this.stage = new Stage(host);
    this.canvas = this.stage.canvas;
    this.tip = host.appendChild(element("div", "vv-tip"));
    this.tip.hidden = true;
    this.canvas.addEventListener("pointermove", (event) => this.hover(event));
    this.canvas.addEventListener("pointerleave", () => {
      this.tip.hidden = true;
    });
    this.canvas.addEventListener("click", (event) => this.pick(event));
    this.steer = new Steer(this);
    this.glide = new Glide(() => this.draw());
  }

  fill({ figure }, about) {
    Object.assign(this, { figure, about });
    this.stage.say(about.alt);
    if (this.page.glides) this.glide.show(figure.data);
  }

  draw(...size) {
    const context = this.stage.fresh(...size);
    if (!context) return;
    const { width, height } = this.stage;
    const { layout: full, data } = this.figure;
    const { compact, glides, paper, scale } = this.page;
    const layout = compact ? compacted(full, width, height, scale) : full;
    this.frame = frame(layout, width, height, scale, paper);
    this.drawAxes(layout, width, height);
    const traces = glides ? this.glide.shown : data;
    paint(context, traces, this.frame);
    if (layout.meta.beyond) beyond(context, traces, this.frame, layout.font.color);
    if (compact) corners(context, layout, this.frame, height);
  }

  settle() {
    this.steer.say();
  }

  remove() {
    this.glide.stop();
    if (this.axes.firstChild) window.Plotly?.purge(this.axes);
    this.host.replaceChildren();
  }

  // Axes, grid and titles, only when one of them or the size has changed.
  drawAxes(layout, width, height) {
    const { meta, names, ...rest } = layout;
    const key = JSON.stringify([rest, width, height, this.page.scale]);
    if (key === this.axesKey || !window.Plotly) return;
    this.axesKey = key;
    const plain = { ...scaled(rest, this.page.scale), width, height, hovermode: false };
    fitting(plain, width, height);
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

// Points with an identity glide from where they are to where the next frame has them.
class Glide {
  constructor(draw) {
    this.draw = draw; // (traces) => the picture
  }

  // Moves to `traces`: at once where nothing can glide, else over the next pictures; `shown` is the
  // first.
  show(traces) {
    const from = this.shown;
    this.stop();
    this.goal = this.shown = traces;
    if (!from || document.hidden || matchMedia(STILL).matches) return;
    if (!traces.some((trace, k) => same(from[k], trace))) return;
    this.from = traces.map((trace, k) =>
      same(from[k], trace) ? { ...trace, x: from[k].x, y: from[k].y } : trace,
    );
    this.move(1);
  }

  // Picture k, and after a pause the next one.
  move(k) {
    const t = k / PICTURES;
    this.shown =
      t < 1 ? this.goal.map((trace, n) => between(this.from[n], trace, t * (2 - t))) : this.goal;
    if (t < 1)
      this.timer = setTimeout(() => {
        this.frame = requestAnimationFrame(() => {
          this.move(k + 1);
          this.draw();
        });
      }, PAUSE);
  }

  stop() {
    clearTimeout(this.timer);
    cancelAnimationFrame(this.frame);
  }
}

// The same points in both frames: marks with the same examples.
function same(before, after) {
  const a = before?.customdata;
  const b = after.customdata;
  return Boolean(
    a && b && after.type === "scatter" && a.length === b.length && a.every((id, k) => id === b[k]),
  );
}

function between(from, to, t) {
  if (from.x === to.x) return to;
  const mix = (a, b) => Float32Array.from(b, (value, k) => a[k] + t * (value - a[k]));
  return { ...to, x: mix(from.x, to.x), y: mix(from.y, to.y) };
}
