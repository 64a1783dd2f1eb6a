// A canvas that fills its place and is as sharp as the screen; and the buttons that keep what it shows.

import { savePNG, saveSVG } from "./keep.js";
import { element } from "./panels.js";

export class Stage {
  constructor(host, draw) {
    this.root = host.appendChild(element("div", "vv-stage"));
    this.canvas = this.root.appendChild(element("canvas", "vv-canvas"));
    this.canvas.setAttribute("role", "img");
    this.draw = draw; // (context, width, height)
  }

  // The context, cleared, or null while there is no room.
  fresh() {
    const width = this.root.clientWidth,
      height = this.root.clientHeight;
    if (!width || !height) return null;
    const ratio = window.devicePixelRatio || 1,
      w = Math.round(width * ratio),
      h = Math.round(height * ratio);
    if (this.canvas.width !== w || this.canvas.height !== h)
      Object.assign(this.canvas, { width: w, height: h });
    const context = (this.context ??= this.canvas.getContext("2d"));
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    Object.assign(this, { width, height });
    return context;
  }

  paint() {
    const context = this.fresh();
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

// "PNG" and "SVG" beside a picture; `what()` gives its name, drawing and paper.
export function keeper(host, stage, what) {
  const ways = [
    ["PNG", savePNG],
    ["SVG", saveSVG],
  ];
  for (const [kind, keep] of ways) {
    const button = host.appendChild(element("button", "vv-keeps", kind));
    button.type = "button";
    button.addEventListener("click", () => {
      const { name, draw = stage.draw, paper } = what();
      keep(name, draw, stage.root.clientWidth, stage.root.clientHeight, paper);
    });
    button.what = (text) => {
      button.title = button.ariaLabel = `Save ${text} as ${kind}`;
    };
    button.what("this picture");
  }
}
