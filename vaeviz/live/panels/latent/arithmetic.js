// Adds the mean code of one class minus another's to examples in steps: a row per example.

import { element } from "../../draw/dom.js";
import { shown } from "../../draw/numbers.js";
import { path } from "../../draw/plane.js";
import { norm, row } from "../../nets/codes.js";
import { Grid } from "./grid.js";
import { Tool } from "./tool.js";

const BASES = {
  a: ["example A", "A"],
  b: ["example B", "B"],
  point: ["the point", "point"],
  origin: ["the origin", "origin"],
};
const STRENGTHS = [-2, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2];

export class Arithmetic extends Tool {
  build() {
    this.grid = new Grid(this, (r, c) => {
      this.page.set("base", this.rows[r]);
      this.take(STRENGTHS[c]);
    });
    const named = Object.entries(BASES).map(([name, [text]]) => [name, text]);
    this.fields = {
      plus: this.choice("mean of", "plus", []),
      minus: this.choice("minus mean of", "minus", []),
      base: this.choice("added to", "base", named),
    };
    const label = this.head.appendChild(element("label", "vv-pick", "strength"));
    const range = { min: -2, max: 2, step: 0.05 };
    this.strength = this.slider("strength", range, (strength) => this.take(strength));
    label.append(this.strength);
    this.said = label.appendChild(element("output", "vv-value"));
    this.said.setAttribute("aria-live", "off");
  }

  update() {
    const { model, settings } = this.page;
    const classes = model.class_names.map((name, k) => [String(k), name]);
    this.fields.plus.fill(classes);
    this.fields.minus.fill(classes);
    this.follow(this.fields);
    this.strength.value = settings.strength;
    this.said.textContent = shown(Number(settings.strength), 2);
    this.moved();
  }

  // The start stays: an example while its sum is the point, or the point where the user left it.
  moved() {
    const { model, settings, point } = this.page;
    const { plus, minus, base } = settings;
    const d = model.latent;
    const at = base === "point" && this.taken?.join() === point.join() ? this.base : this.start();
    const rows = Object.keys(BASES).filter((name) => name !== "point" || base === "point");
    const codes = rows.map((name) => (name === base ? at : this.start(name)));
    const parts = [model.key, plus, minus, base, ...codes.map((z) => z.join())];
    const key = [...parts, this.page.view.names].join(" ");
    if (key === this.shown) return;
    Object.assign(this, { shown: key, base: at, rows });
    const [up, down] = [plus, minus].map((k) => row(model.class_means, Number(k), d));
    this.vector = up.map((v, k) => v - down[k]);
    this.grid.show({
      rows: rows.length,
      columns: STRENGTHS.length,
      heads: STRENGTHS.map((s) => shown(s, 1)),
      whole: true,
      labels: rows.map((name) => `${name === base ? "▸ " : ""}${BASES[name][1]}`),
      code: (r, c, z) => this.sum(STRENGTHS[c], z, codes[r]),
    });
    this.describe();
    this.line = [-2, 2].flatMap((s) =>
      this.page.view.project(this.sum(s, new Float32Array(d)), [0, 0]),
    );
    this.page.pad.paintAbove();
  }

  describe() {
    const { model, settings } = this.page;
    const { plus, minus } = settings;
    const [a, b] = [plus, minus].map((k) => model.class_names[Number(k)]);
    const errors =
      model.class_errors &&
      [plus, minus].map((k) => row(model.class_errors, Number(k), model.latent));
    const error = errors ? ` ± ${shown(doubt(this.vector, ...errors))}` : "";
    this.say(
      `z = z₀ + strength · (mean code of “${a}” − mean code of “${b}”), ` +
        `a vector of length ${shown(norm(this.vector))}${error}. ` +
        "0 is the start; a click moves the point there.",
    );
  }

  start(base = this.page.settings.base) {
    const { model, settings, point } = this.page;
    if (base === "origin") return new Float32Array(model.latent);
    return base === "point"
      ? point.slice()
      : row(model.mu, model.example(settings[base]), model.latent).slice();
  }

  sum(strength, z, base = this.base) {
    for (let k = 0; k < z.length; k++) z[k] = base[k] + strength * this.vector[k];
    return z;
  }

  take(strength) {
    const { page } = this;
    page.settings.strength = strength;
    this.strength.value = strength;
    this.said.textContent = shown(strength, 2);
    this.taken = this.sum(strength, new Float32Array(page.model.latent));
    page.go(this.taken);
  }

  draw(context, width, height) {
    this.grid.draw(context, width, height);
  }

  above(context, f) {
    if (this.line) path(context, f, this.line, this.page.colours.rate, this.page.colours.paper);
  }
}

// The standard error of a difference's length: the part of the two means' errors along it.
function doubt(vector, a, b) {
  const sum = vector.reduce((total, v, k) => total + v * v * (a[k] ** 2 + b[k] ** 2), 0);
  return Math.sqrt(sum) / (norm(vector) || 1);
}
