// A canvas that fills its place at the screen's resolution, with buttons that save it.

import { button, element } from "./dom.js";
import { savePNG, saveSVG } from "./keep.js";

export class Stage {
  constructor(root, draw) {
    Object.assign(this, { root, draw }); // draw(context, width, height), for `paint`
    this.canvas = root.appendChild(element("canvas", "vv-canvas"));
    this.canvas.setAttribute("role", "img");
  }

  // The cleared context, or null while the canvas has no size.
  fresh(width = this.root.clientWidth, height = this.root.clientHeight) {
    if (!width || !height) return null;
    const ratio = window.devicePixelRatio || 1;
    Object.assign(this, { width, height });
    sized(this.canvas, Math.round(width * ratio), Math.round(height * ratio));
    const context = (this.context ??= this.canvas.getContext("2d"));
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    return context;
  }

  paint(width, height) {
    const context = this.fresh(width, height);
    if (context) this.draw(context, this.width, this.height);
  }

  say(alt) {
    if (this.alt !== alt) this.canvas.setAttribute("aria-label", (this.alt = alt));
  }

  // The place of an event, in the canvas's own pixels.
  at(event) {
    const box = this.canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }
}

// Only on a change: a new size clears a canvas.
export function sized(canvas, width, height) {
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
}

// "PNG" and "SVG" beside a picture; `what()` gives its name, drawing and paper.
export function keeper(host, stage, what) {
  const ways = [
    ["PNG", savePNG],
    ["SVG", saveSVG],
  ];
  for (const [kind, keep] of ways) {
    const node = button("vv-keeps", kind, `Save this picture as ${kind}`, () => {
      const { name, draw = stage.draw, paper } = what();
      keep(name, draw, stage.root.clientWidth, stage.root.clientHeight, paper);
    });
    node.ariaLabel = node.title;
    host.appendChild(node);
  }
}
