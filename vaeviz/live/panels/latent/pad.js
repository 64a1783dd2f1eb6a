// A map under the pointer. Fixed marks are drawn once, chosen ones on a canvas above, and the point
// on a small canvas that only moves: nothing large is painted while the pointer moves.

import { contour } from "../../draw/contours.js";
import { element, legend, setText } from "../../draw/dom.js";
import {
  axes,
  beyond,
  circles,
  classNames,
  cursor,
  deviations,
  outline,
  place,
  points,
  within,
} from "../../draw/plane.js";
import { keeper, sized, Stage } from "../../draw/stage.js";

const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const STEP = 0.1; // prior standard deviations
const FINE = 0.01; // with the shift key
const MARK = 40; // side of the point's canvas on a scale of 1

export class Pad {
  // user: {hover(x, y), drag(x, y, event), left(), step(dx, dy), home()}, all in data units
  constructor(host, name, user) {
    this.user = user;
    this.root = host.appendChild(element("section", `vv-pad vv-pad-${name}`));
    this.head = this.root.appendChild(element("div", "vv-head"));
    this.titled = this.head.appendChild(element("div", "vv-titled"));
    this.title = this.titled.appendChild(element("h3", "vv-title"));
    this.base = new Stage(
      this.root.appendChild(element("div", "vv-stage")),
      (context, width, height) => this.drawBase(context, width, height),
    );
    this.overlay = this.base.root.appendChild(element("canvas", "vv-canvas vv-overlay"));
    this.mark = this.base.root.appendChild(element("canvas", "vv-mark"));
    this.at = [0, 0];
    this.above = this.overlay.getContext("2d");
    this.legend = this.root.appendChild(element("div", "vv-legend"));
    const foot = this.root.appendChild(element("div", "vv-foot"));
    this.source = foot.appendChild(element("p", "vv-source"));
    this.overlay.tabIndex = 0;
    this.overlay.setAttribute("role", "application");
    this.listen();
    keeper(foot, this.base, () => ({ name: this.name, draw: this.all, paper: this.colours.paper }));
    this.all = (context, width, height) => {
      this.drawBase(context, width, height);
      this.drawAbove(context);
      within(context, this.f, () => cursor(context, this.f, this.at, this.colours));
    };
  }

  listen() {
    const on = (type, react) => this.overlay.addEventListener(type, react);
    on("pointermove", (event) => this.move(event));
    on("pointerdown", (event) => this.press(event));
    on("pointerleave", () => {
      if (!this.held) this.user.left();
    });
    for (const end of ["pointerup", "pointercancel"])
      on(end, () => {
        this.held = false;
      });
    on("keydown", (event) => this.key(event));
  }

  press(event) {
    if (!this.f || event.button) return;
    this.overlay.setPointerCapture(event.pointerId);
    this.held = true;
    this.user.drag(...this.data(event), event);
  }

  move(event) {
    if (!this.f) return;
    if (this.held) this.user.drag(...this.data(event), event);
    else if (event.pointerType !== "touch") this.user.hover(...this.data(event), event);
  }

  data(event) {
    const [px, py] = this.base.at(event);
    return [this.f.x(px), this.f.y(py)];
  }

  key(event) {
    const { key, shiftKey, ctrlKey, metaKey, altKey } = event;
    const size = shiftKey ? FINE : STEP;
    if (ctrlKey || metaKey || altKey || !(key in STEPS || key === "Home")) return;
    event.preventDefault();
    if (key === "Home") this.user.home();
    else this.user.step(size * STEPS[key][0], size * STEPS[key][1]);
  }

  // view: a projection; about: {name, title, source, alt, legend, classes: their names};
  // `above(context, f)` draws the changing marks.
  show(view, labels, colours, about, above, contours = null) {
    Object.assign(this, { view, labels, colours, upon: above, contours, name: about.name });
    this.classes = about.classes;
    setText(this.title, about.title);
    setText(this.source, about.source);
    this.base.say(about.alt);
    this.overlay.setAttribute(
      "aria-label",
      `${about.name}. Arrow keys move the point by a tenth of a prior standard ` +
        "deviation, with shift by a hundredth; Home moves it to the origin.",
    );
    legend(this.legend, about.legend);
    this.paint();
  }

  paint() {
    if (!this.view) return;
    this.base.paint();
    this.paintAbove();
    this.paintMark();
  }

  drawBase(context, width, height) {
    const { view, labels, colours } = this;
    const f = (this.f = place(width, height, view.span, this.scale ?? 1));
    Object.assign(this.base.root.dataset, { unit: f.k, originX: f.px(0), originY: f.py(0) });
    within(context, f, () => this.backdrop?.(context, f));
    axes(context, f, view.names, colours, !view.line);
    within(context, f, () => {
      points(context, f, view.points, labels, colours, this.size);
      if (view.circles) circles(context, f, colours, view.circles);
      if (view.line) deviations(context, f, colours);
      if (this.contours) this.drawContours(context, f);
      classNames(context, f, view.points, labels, this.classes, colours, view.names[1]);
      beyond(context, f, view.points, colours);
    });
  }

  drawContours(context, f) {
    for (const level of this.contours.levels) {
      contour(context, f, this.contours, level);
      outline(context, f, this.colours.paper, 5, this.colours.posterior, 2.5);
    }
  }

  paintAbove() {
    const {
      base: { canvas, width, height },
      overlay,
      above,
    } = this;
    if (!this.f || !width) return;
    sized(overlay, canvas.width, canvas.height);
    const ratio = canvas.width / width;
    above.setTransform(ratio, 0, 0, ratio, 0, 0);
    above.clearRect(0, 0, width, height);
    this.drawAbove(above);
  }

  // The code's point on the map.
  aim([x, y]) {
    this.at[0] = x;
    this.at[1] = y;
    if (!this.f) return;
    const { f, mark } = this;
    const px = f.px(x);
    const py = f.py(y);
    const inside = px >= f.left && py >= f.top && px <= f.left + f.width && py <= f.top + f.height;
    mark.style.transform = `translate(${px - this.reach}px, ${py - this.reach}px)`;
    if (mark.hidden === inside) mark.hidden = !inside;
  }

  paintMark() {
    const { mark, f, base } = this;
    const side = MARK * (this.scale ?? 1);
    const ratio = base.canvas.width / base.width || 1;
    if (!f) return;
    this.reach = side / 2;
    Object.assign(mark, { width: side * ratio, height: side * ratio });
    mark.style.width = mark.style.height = `${side}px`;
    const context = mark.getContext("2d");
    const middle = () => this.reach;
    context.scale(ratio, ratio);
    cursor(context, { ...f, px: middle, py: middle }, this.at, this.colours);
    this.aim(this.at);
  }

  drawAbove(context) {
    within(context, this.f, () => this.upon(context, this.f));
  }
}
