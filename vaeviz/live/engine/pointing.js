// A page with a point that the user moves over a map: `point` is the code that was kept, `z` the
// one that is decoded now. A subclass has {model, view: the map's projection, map, decoded, set,
// frame()}.

import { nearest, row } from "../nets/codes.js";
import Page from "./page.js";

const REST = 250; // ms without a movement

export class Pointing extends Page {
  // The decoder follows a pointer over the map, and goes back to the kept point when it leaves.
  hover(x, y) {
    if (this.playing) return;
    this.z.set(this.point);
    this.view.lift(x, y, this.z);
    this.moved();
  }

  left() {
    if (this.playing) return;
    this.z.set(this.point);
    this.moved();
  }

  drag(x, y, event) {
    const chosen = event.shiftKey ? "b" : this.map.clicks;
    if (chosen === "point") return this.put(x, y);
    const [n] = nearest(this.view.points, [x, y], this.view.points.length / 2, [0], [0]);
    this.set(chosen, n);
    this.go(row(this.model.mu, n, this.model.latent));
  }

  step(dx, dy) {
    const [x, y] = this.view.project(this.z, [0, 0]);
    this.put(x + dx, y + dy);
  }

  put(x, y) {
    this.z.set(this.point);
    this.view.lift(x, y, this.z);
    this.keep();
  }

  home() {
    this.z.fill(0);
    this.keep();
  }

  go(z) {
    this.z.set(z);
    this.keep();
  }

  keep() {
    this.playing = false;
    this.point.set(this.z);
    this.moved();
  }

  moved() {
    this.coming ??= requestAnimationFrame(() => this.frame());
    if (!this.playing) this.rest();
  }

  rest() {
    this.channel.rest();
    clearTimeout(this.silent);
    this.silent = setTimeout(() => {
      if (this.model) this.decoded.rest();
    }, REST);
  }
}
