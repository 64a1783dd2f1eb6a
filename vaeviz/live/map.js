// The map of the page: its pad, what a click on it sets, and what is drawn over the points.

import { row } from "./codes.js";
import { Pad } from "./pad.js";
import { element } from "./panels.js";
import { dot, letter, posterior } from "./plane.js";
import { projection } from "./projection.js";

const CLICKS = {
  point: ["Point", "A click on the map keeps the point"],
  a: ["A", "A click on the map chooses example A"],
  b: ["B", "A click on the map chooses example B, as does one with the shift key"],
};

const NAMES = { pca: "PCA", tsne: "t-SNE" };

export class LatentMap {
  // screen: {root, model, settings, colours, extras, tabs, hover, left, drag, step, home}
  constructor(screen) {
    this.screen = screen;
    this.pad = new Pad(screen.root, "map", {
      hover: (x, y) => screen.hover(x, y),
      left: () => screen.left(),
      drag: (x, y, event) => screen.drag(x, y, event),
      step: (dx, dy) => screen.step(dx, dy),
      home: () => screen.home(),
    });
    this.clicks = "point";
    this.pad.title.after(this.clickers());
    this.here = [0, 0];
  }

  clickers() {
    const group = element("div", "vv-clicks");
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", "What a click on the map sets");
    const buttons = Object.entries(CLICKS).map(([name, [text, help]]) => {
      const button = group.appendChild(element("button", "", text));
      button.title = help;
      button.addEventListener("click", () => {
        this.clicks = name;
        mark();
      });
      return [name, button];
    });
    const mark = () =>
      buttons.forEach(([name, b]) => b.setAttribute("aria-pressed", String(name === this.clicks)));
    mark();
    const reset = group.appendChild(element("button", "", "Reset"));
    reset.title = "The point to the origin (Home)";
    reset.addEventListener("click", () => this.screen.home());
    return group;
  }

  show() {
    const { model, settings, colours, extras } = this.screen;
    const best = model.latent > 2 ? model.order : [0, model.latent - 1];
    const [i, j] = ["i", "j"].map((name, k) =>
      settings[name] === "auto" ? best[k] + 1 : settings[name],
    );
    const view = (this.view = projection(model, extras.embedding?.[settings.map], {
      ...settings,
      i,
      j,
    }));
    const fits = settings.contours === "on" && view.dims?.join() === extras.contours?.dims.join();
    this.pad.show(
      view,
      model.labels,
      colours,
      this.about(),
      (context, f) => this.above(context, f),
      fits ? extras.contours : null,
    );
  }

  about() {
    const { model, colours } = this.screen,
      { count, source, title = "", variational, class_names: names } = model;
    const [short, what] = variational === false ? ["Codes", "Codes"] : ["μ", "Posterior means"];
    const shown = this.view.points.length / 2,
      number = (n) => n.toLocaleString("en-US");
    const of = shown < count ? `the first ${number(shown)} of ${number(count)}` : number(count);
    const where = this.view.circles
      ? "on the prior's circles at one and two standard deviations"
      : "in a t-SNE layout";
    const {
        settings: { map },
        extras,
      } = this.screen,
      ready = map === "dims" || extras.embedding?.[map];
    const until =
      !ready && !(map === "pca" && model.latent < 2) && `Two axes until ${NAMES[map]} is there`;
    return {
      name: "Latent map",
      title: until || `${short} of ${of} examples`,
      source,
      legend: names.map((name, k) => [name, colours.classes[k % colours.classes.length]]),
      alt: `${title} ${what} of ${of} examples by class, ${where}.`,
    };
  }

  // The examples A and B, and what the tool adds.
  above(context, f) {
    const { model, settings, tabs } = this.screen;
    for (const name of ["a", "b"]) {
      const n = Math.min(settings[name], model.count - 1),
        mu = row(model.mu, n, model.latent);
      if (this.rings)
        this.ring(context, f, mu, row(model.logvar, n, model.latent), name.toUpperCase());
      else this.mark(context, f, this.view.project(mu, [0, 0]), name.toUpperCase());
    }
    tabs.tool?.above(context, f);
  }

  // Whether posteriors have ellipses here: not those of an autoencoder, nor on other axes than the code's.
  get rings() {
    return Boolean(this.view.dims) && this.screen.model.variational !== false;
  }

  // A posterior to scale, in the two dimensions of the map.
  ring(context, f, mu, logvar, name, colour) {
    const [x, y] = this.view.dims,
      sigma = [Math.exp(logvar[x] / 2), Math.exp(logvar[y] / 2)];
    posterior(context, f, [mu[x], mu[y]], sigma, name, this.screen.colours, colour);
  }

  // A code without an ellipse.
  mark(context, f, at, name) {
    const { colours } = this.screen;
    dot(context, f, at, 6, colours.paper, colours.ink);
    letter(context, f, at, name, colours);
  }

  aim(z) {
    this.pad.aim(this.view.project(z, this.here));
  }
}
