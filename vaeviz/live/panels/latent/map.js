// The map of the page: its pad, the target of a click, and the marks over the points.

import { button, element } from "../../draw/dom.js";
import { whole } from "../../draw/numbers.js";
import { dot, interval, letter, posterior } from "../../draw/plane.js";
import { row } from "../../nets/codes.js";
import { Pad } from "./pad.js";
import { projection } from "./projection.js";

const CLICKS = {
  point: ["Point", "A click on the map keeps the point"],
  a: ["A", "A click on the map chooses example A"],
  b: ["B", "A click on the map chooses example B, as does one with the shift key"],
};

const NAMES = { pca: "PCA", tsne: "t-SNE" };

export class LatentMap {
  // page: {root, reading, model, settings, colours, extras, tools, hover, left, drag, step, home}
  constructor(page) {
    this.page = page;
    this.pad = new Pad(page.root, "map", {
      hover: (x, y) => page.hover(x, y),
      left: () => page.left(),
      drag: (x, y, event) => page.drag(x, y, event),
      step: (dx, dy) => page.step(dx, dy),
      home: () => page.home(),
    });
    this.pad.titled.append(page.reading.mark("map", "The latent map"));
    this.pad.titled.after(this.clickers());
    this.place = [0, 0];
  }

  clickers() {
    const group = element("div", "vv-clicks");
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", "What a click on the map sets");
    const buttons = Object.entries(CLICKS).map(([name, [text, help]]) =>
      button("", text, help, () => choose(name)),
    );
    const choose = (chosen) => {
      this.clicks = chosen;
      Object.keys(CLICKS).forEach((name, k) =>
        buttons[k].setAttribute("aria-pressed", String(name === chosen)),
      );
    };
    choose("point");
    const reset = () => this.page.home();
    group.append(...buttons, button("", "Origin", "Move the point to the origin (Home)", reset));
    return group;
  }

  show() {
    const { model, settings, colours, extras } = this.page;
    const best = model.latent > 2 ? model.order : [0, model.latent - 1];
    const [i, j] = ["i", "j"].map((name, k) =>
      settings[name] === "auto" ? best[k] + 1 : settings[name],
    );
    const embedding = extras.embedding?.[settings.map];
    const view = (this.view = projection(model, embedding, { ...settings, i, j }));
    const fits = settings.contours === "on" && view.dims?.join() === extras.contours?.dims.join();
    const above = (context, f) => this.above(context, f);
    const contours = fits ? extras.contours : null;
    this.pad.show(view, model.labels, colours, this.about(), above, contours);
  }

  about() {
    const { model, colours, settings, extras } = this.page;
    const { count, source, title = "", variational, class_names: names } = model;
    const [short, what] = variational === false ? ["Codes", "Codes"] : ["μ", "Posterior means"];
    const shown = this.view.points.length / 2;
    const of = shown < count ? `the first ${whole(shown)} of ${whole(count)}` : whole(count);
    const where = this.view.line
      ? "along the one dimension, over the prior's one and two standard deviations"
      : this.view.circles
        ? "on the prior's circles at one and two standard deviations"
        : "in a t-SNE layout";
    const { map } = settings;
    const ready = map === "dims" || extras.embedding?.[map];
    const until =
      !ready && !(map === "pca" && model.latent < 2) && `Two axes until ${NAMES[map]} is there`;
    return {
      name: "Latent map",
      title: until || `${short} of ${of} examples`,
      source,
      classes: names,
      legend: names.map((name, k) => [name, colours.classes[k % colours.classes.length]]),
      alt: `${title} ${what} of ${of} examples by class, ${where}.`,
    };
  }

  // The examples A and B, and what the tool adds.
  above(context, f) {
    const { model, settings, tools } = this.page;
    for (const name of ["a", "b"]) {
      const n = model.example(settings[name]);
      const mu = row(model.mu, n, model.latent);
      if (this.view.line) this.interval(context, f, n, name.toUpperCase());
      else if (this.rings)
        this.ring(context, f, mu, row(model.logvar, n, model.latent), name.toUpperCase());
      else this.mark(context, f, this.view.project(mu, [0, 0]), name.toUpperCase());
    }
    tools.open?.above(context, f);
  }

  // A posterior to scale, at its example's height.
  interval(context, f, n, name) {
    const { model, colours } = this.page;
    const sigma = model.variational === false ? 0 : Math.exp(model.logvar[n] / 2);
    interval(context, f, model.mu[n], sigma, this.view.points[2 * n + 1], name, colours);
  }

  // Whether posteriors have ellipses: not an autoencoder's, and only on the code's axes.
  get rings() {
    return this.view.dims?.length === 2 && this.page.model.variational !== false;
  }

  // A posterior to scale, in the two dimensions of the map.
  ring(context, f, mu, logvar, name, colour) {
    const [x, y] = this.view.dims;
    const sigma = [Math.exp(logvar[x] / 2), Math.exp(logvar[y] / 2)];
    posterior(context, f, [mu[x], mu[y]], sigma, name, this.page.colours, colour);
  }

  // A code without an ellipse.
  mark(context, f, at, name) {
    const { colours } = this.page;
    dot(context, f, at, 6, colours.paper, colours.ink);
    letter(context, f, at, name, colours);
  }

  aim(z) {
    this.pad.aim(this.view.project(z, this.place));
  }
}
