// From one code to another, on the straight line and on the great circle: pictures, densities,
// lengths.

import { names, plot } from "../../draw/lines.js";
import { shown } from "../../draw/numbers.js";
import { path } from "../../draw/plane.js";
import { distance, lerp, logAggregate, logPrior, row, slerp } from "../../nets/codes.js";
import { Grid } from "./grid.js";
import { Tool } from "./tool.js";

const PICTURES = 11; // in a strip
const FINE = 41; // codes for lengths and densities
const PERIOD = 5000; // ms there and back
const COURSES = { linear: lerp, spherical: slerp };
const ENDS = [
  ["a", "example A"],
  ["b", "example B"],
  ["point", "the point"],
  ["drawing", "your drawing"],
  ["origin", "the origin"],
];

export class Interpolate extends Tool {
  build() {
    this.grid = new Grid(this, (r, c) => this.at(Object.keys(COURSES)[r], c / (PICTURES - 1)));
    this.fields = {
      start: this.choice("from", "start", ENDS),
      end: this.choice("to", "end", ENDS),
      a: this.number("A", "a", { min: 0, max: 9 }),
      b: this.number("B", "b", { min: 0, max: 9 }),
    };
    const courses = Object.keys(COURSES).map((name) => [name, name]);
    this.fields.course = this.choice("play", "course", courses);
    this.play = this.button("▶", "Move the point along the path, there and back", () =>
      this.toggle(),
    );
    this.where = this.slider("Place along the path", { min: 0, max: 1, step: 0.01 }, (t) =>
      this.at(this.page.settings.course, t),
    );
    this.where.className = "vv-where";
    this.where.value = 0;
  }

  update() {
    const { model } = this.page;
    for (const name of ["a", "b"]) this.fields[name].max = model.count - 1;
    this.follow(this.fields);
    this.shown = "";
    this.moved();
  }

  moved() {
    const ends = [this.end("start"), this.end("end")];
    const { view, model } = this.page;
    const key = `${model.key} ${view.names} ${ends.map((z) => z.join())}`;
    if (key === this.shown) return;
    this.shown = key;
    const [a, b] = (this.ends = ends.map((z) => z.slice()));
    const way = Object.values(COURSES);
    this.lines = way.map((course) =>
      Array.from({ length: FINE }, (_, k) =>
        view.project(course(a, b, k / (FINE - 1), new Float32Array(a.length)), [0, 0]),
      ).flat(),
    );
    this.grid.show({
      rows: 2,
      columns: PICTURES,
      labels: Object.keys(COURSES),
      whole: true,
      code: (r, c, z) => way[r](a, b, c / (PICTURES - 1), z),
    });
    this.page.pad.paintAbove();
    clearTimeout(this.settling);
    this.settling = setTimeout(() => {
      if (this.root.isConnected) this.measure();
    }, 120);
  }

  // A code for an end of the path; the origin, without a drawing.
  end(name) {
    const { model, settings, z, drawn } = this.page;
    const what = settings[name];
    if (what === "point") return this.page.playing ? this.page.point : z;
    if (what === "a" || what === "b")
      return row(model.mu, model.example(settings[what]), model.latent);
    return what === "drawing" && drawn ? drawn.mu : new Float32Array(model.latent);
  }

  measure() {
    const { model } = this.page;
    const [a, b] = this.ends;
    const t = Array.from({ length: FINE }, (_, k) => k / (FINE - 1));
    this.measured = Object.entries(COURSES).map(([name, course]) => {
      const codes = t.map((at) => course(a, b, at, new Float32Array(a.length)));
      const decoded = codes.map((z) => model.decoder.decode(z).slice());
      const length = decoded.slice(1).reduce((sum, x, k) => sum + distance(x, decoded[k]), 0);
      const aggregate =
        model.variational === false
          ? null
          : codes.map((z) => logAggregate(z, model.mu, model.weights()));
      return { name, t, length, prior: codes.map(logPrior), aggregate };
    });
    const words = this.measured.map(
      ({ name, length, prior, aggregate }) =>
        `${name} ${shown(length)}, least log p ` +
        shown(Math.min(...prior), 1) +
        (aggregate ? `, least log q ${shown(Math.min(...aggregate), 1)}` : ""),
    );
    this.say(
      `Decoded path length (‖Δx̂‖ over ${FINE - 1} steps): ${words.join("; ")}. ` +
        `q over ${model.count} posteriors.`,
    );
    this.stage.paint();
  }

  draw(context, width, height) {
    const { scale, colours } = this.page;
    const tall = Math.min(height - 90 * scale, (2.1 * width) / (PICTURES + 1.6));
    if (tall < 20) return;
    this.grid.draw(context, width, tall);
    if (!this.measured) return;
    const [{ t }] = this.measured;
    const series = this.measured.flatMap(({ name, prior, aggregate }) => {
      const dash = name === "spherical" ? [6, 5] : [];
      return [
        { x: t, y: prior, colour: colours.prior, dash },
        ...(aggregate ? [{ x: t, y: aggregate, colour: colours.posterior, dash }] : []),
      ];
    });
    const all = series.flatMap(({ y }) => y);
    const low = Math.floor(Math.min(...all));
    const high = Math.max(low + 1, Math.ceil(Math.max(...all)));
    const box = { left: 0, top: tall + 4, width, height: height - tall - 4 };
    const about = { title: "log density (nats)", low, high, x: [0, 1], colours, scale };
    plot(context, box, series, about);
    const keys = { "log p": colours.prior, "log q(z)": colours.posterior };
    const named = Object.entries({ ...keys, "– – spherical": colours.ink });
    names(context, named, 160 * scale, box.top + 10 * scale, { colours, scale });
  }

  // Both paths on the map.
  above(context, f) {
    const { colours } = this.page;
    if (!this.lines) return;
    path(context, f, this.lines[1], colours.rate, colours.paper, [7, 5]);
    path(context, f, this.lines[0], colours.posterior, colours.paper);
  }

  at(course, t) {
    const [a, b] = this.ends;
    this.where.value = t;
    this.stop();
    this.page.go(COURSES[course](a, b, t, new Float32Array(a.length)));
  }

  toggle() {
    if (this.page.playing) return this.stop();
    this.page.playing = true;
    this.play.textContent = "⏸";
    const from = this.ends.map((z) => z.slice());
    const start = performance.now();
    const step = (now) => {
      if (!this.page.playing || !this.root.isConnected) return this.stop();
      const phase = ((now - start) % PERIOD) / PERIOD;
      const t = 0.5 - 0.5 * Math.cos(2 * Math.PI * phase);
      COURSES[this.page.settings.course](...from, t, this.page.z);
      this.where.value = t;
      this.page.moved();
      requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  }

  // The point stays where the animation stops.
  stop() {
    this.play.textContent = "▶";
    if (this.page.playing) this.page.keep();
  }

  leave() {
    this.stop();
  }
}
