// The mean code of one class minus another's, added to an example a little at a time.

import { norm, row, shown } from "./codes.js";
import { element } from "./panels.js";
import { path } from "./plane.js";
import { Grid, Tool } from "./tool.js";

const STRENGTHS = [-2, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2];

export class Arithmetic extends Tool {
  build() {
    this.grid = new Grid(this, (r, c) => { if (r) this.take(STRENGTHS[c]); });
    this.fields = { to: this.choice("mean of", "to", []), from: this.choice("minus mean of", "from", []),
      base: this.choice("added to", "base", [["a", "example A"], ["b", "example B"], ["point", "the point"], ["origin", "the origin"]]) };
    const label = this.head.appendChild(element("label", "vv-pick", "strength"));
    this.strength = label.appendChild(element("input"));
    Object.assign(this.strength, { type: "range", min: -2, max: 2, step: 0.05 });
    this.strength.addEventListener("input", () => this.take(Number(this.strength.value)));
    this.said = label.appendChild(element("output", "vv-value"));
  }

  update() {
    const { model, settings } = this.screen, classes = model.class_names.map((name, k) => [String(k), name]);
    this.fields.to.fill(classes);
    this.fields.from.fill(classes);
    this.follow(this.fields);
    this.strength.value = settings.strength;
    this.said.textContent = shown(Number(settings.strength), 2);
    this.base = null;
    this.moved();
  }

  // The example stays while its sum is the point; the point itself is added to once, where it was.
  moved() {
    const { model, settings } = this.screen, d = model.latent, mean = (k) => row(model.class_means, Number(k), d);
    if (this.base) return;
    const base = this.base = this.start(), to = mean(settings.to), from = mean(settings.from);
    const vector = this.vector = to.map((v, k) => v - from[k]), name = (k) => model.class_names[Number(k)];
    this.grid.show({ rows: 1, columns: STRENGTHS.length, heads: STRENGTHS.map((s) => shown(s, 1)),
      labels: [], marks: [], code: (r, c, z) => this.sum(STRENGTHS[c], z) });
    this.grid.picked = (r, c) => this.take(STRENGTHS[c]);
    const error = model.class_errors && doubt(vector, row(model.class_errors, Number(settings.to), d), row(model.class_errors, Number(settings.from), d));
    this.say(`z = z₀ + strength · (mean code of “${name(settings.to)}” − mean code of “${name(settings.from)}”), a vector of length `
      + `${shown(norm(vector))}${error === undefined ? "" : ` ± ${shown(error)}`}. 0 is where it began; a click takes the point there.`);
    const ends = [-2, 2].map((s) => this.screen.view.project(this.sum(s, new Float32Array(base.length)), [0, 0]));
    this.line = ends.flat();
    this.screen.pad.paintAbove();
  }

  start() {
    const { model, settings, point } = this.screen, { base } = settings;
    if (base === "origin") return new Float32Array(model.latent);
    return base === "point" ? point.slice() : row(model.mu, Math.min(settings[base], model.count - 1), model.latent).slice();
  }

  sum(strength, z) {
    for (let k = 0; k < z.length; k++) z[k] = this.base[k] + strength * this.vector[k];
    return z;
  }

  take(strength) {
    const { screen } = this;
    screen.settings.strength = strength;
    this.strength.value = strength;
    this.said.textContent = shown(strength, 2);
    screen.go(this.sum(strength, new Float32Array(screen.model.latent)));
  }

  draw(context, width, height) {
    this.grid.draw(context, width, height);
  }

  above(context, f) {
    if (this.line) path(context, f, this.line, this.screen.colours.rate, this.screen.colours.paper);
  }
}

// The standard error of a difference's length, from those of the two means: its part along the difference.
function doubt(vector, a, b) {
  const sum = vector.reduce((total, v, k) => total + v * v * (a[k] ** 2 + b[k] ** 2), 0);
  return Math.sqrt(sum) / (norm(vector) || 1);
}
