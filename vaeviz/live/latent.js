// The page "Latent space": decodes under the hand, in the browser; the server is told where the hand came to rest.
//
// From the server (board.py packs it; every part but `seq`, `theme`, `colours` and `settings` may be missing):
//   seq, theme, paper, settings, controls, scenes, readouts, notes, link   as on the other pages
//   colours   {paper, ink, soft, grid, prior, posterior, rate, distortion, decoder, dead, classes: [...]}
//   model     {key, title, source, network, mu (N, d), logvar (N, d), labels (N), images (n, H, W) uint8 | x (N, 2),
//             kl (d), dead: KL below which a dimension has collapsed, class_names, class_means (K, d),
//             class_errors (K, d), variational: false for an autoencoder}
//             network: vaeviz.measures.codecs.network.header. Missing where the board says that it has it (state `model`).
//   point     (d) where to begin, with a model
//   extras    slow parts of this model, each replaced when it comes:
//     densities {grid (G), q (d, G)}            contours {dims: [i, j] from 0, x: [low, high], y, z (rows, columns), levels}
//     embedding {pca: {points (N, 2), axes (2, d) orthonormal, mean (d)}, tsne: {points (N, 2)}}
//     aggregate {text, kl (d), error (d)}       holes {key, text, pads: [{name, source, network, mu (N, 2), labels, share,
//                                                 grid: {x, y, z, threshold, far: the distance of full colour}}]}
//     Grids have their lowest row first and reach from the first cell's middle to the last one's.
//   wait      ms after which to ask again (more is coming), done: id of the newest action seen to
//   empty     the line shown while there is no model
//   keeps     [{action, label, help}]: buttons that send this action; files [{id, name, type, bytes}]: saved, each once
// To the server, state `live`: {seq, theme, settings, point (d), dims: [i, j] of the map from 0 | null,
//   model: key | null, extras: [names held], actions: [{id, name, value}]}.

import { nearest, row } from "./codes.js";
import { Controls } from "./controls.js";
import { Files } from "./files.js";
import { LatentMap } from "./map.js";
import { pictured, prepared } from "./model.js";
import { element } from "./panels.js";
import { unpack } from "./payload.js";
import { clock, ground, mounted, Screen } from "./screen.js";
import { Sliders } from "./sliders.js";
import { Tabs } from "./tabs.js";
import { Talk } from "./talk.js";
import { View } from "./view.js";

// What the browser sees to by itself; the server hears of it when the hand rests.
const OWN = {
  tool: "traversals",
  map: "dims",
  i: "auto",
  j: "auto",
  contours: "off",
  a: 0,
  b: 1,
  around: "point",
  extent: 3,
  start: "a",
  end: "b",
  course: "linear",
  base: "a",
  plus: 1,
  minus: 0,
  strength: 1,
};

export function mount({ data, parentElement, setStateValue }) {
  const latent = mounted(Latent, parentElement);
  latent.tell = (state) => setStateValue("live", state);
  if (data) latent.receive(unpack(data));
}

class Latent extends Screen {
  constructor(parent) {
    super(parent, "vv-latent");
    this.settings = { ...OWN };
    this.actions = [];
    this.extras = {};
    this.talk = new Talk(
      (later) => this.leaving(later),
      (seq) => this.flush(seq),
    );
    this.group = this.side.appendChild(element("div", "vv-group"));
    this.controls = new Controls(
      () => this.group,
      (name, value) => this.set(name, value),
    );
    this.sliders = new Sliders(this.side, (k, value) => {
      this.z[k] = value;
      this.keep();
    });
    this.side.append(this.readouts, this.note);
    this.files = new Files(this.side, (name) => this.act(name));
    this.tabs = new Tabs(this);
    this.map = new LatentMap(this);
    this.pad = this.map.pad;
    this.decoded = new View(this.root);
    this.empty = this.root.appendChild(element("p", "vv-empty"));
  }

  receive(message) {
    const arrived = performance.now();
    this.message = message;
    this.actions = this.actions.filter(({ id }) => id > (message.done ?? 0));
    if (message.seq >= this.talk.sent && this.talk.settled)
      Object.assign(this.settings, message.settings);
    this.colours = { ...message.colours, paper: message.paper };
    if (message.model) this.adopt(message.model, message.point);
    this.extras = { ...this.extras, ...message.extras };
    if (message.model || message.extras) this.version = (this.version ?? 0) + 1;
    this.paint();
    if (message.model) clock("first-drawn", arrived);
    this.files.show(message);
    if (message.seq >= this.talk.sent) this.heard();
    this.talk.received(message);
    if (!this.model && !this.empty.textContent) this.talk.now(); // the server thinks that we have what we lost
  }

  adopt(model, point) {
    const kept = this.z?.length === model.network.latent ? this.point : model.network.latent;
    this.model = prepared(model);
    this.extras = {};
    this.point = new Float32Array(point ?? kept);
    this.z = this.point.slice();
  }

  paint() {
    const { message, model } = this,
      { controls = [], scenes = [], link = "", readouts = [], notes = [] } = message;
    Object.assign(message, { scenes, link, readouts, notes });
    this.dress();
    this.controls.update(controls, this.settings);
    this.paintReadouts();
    this.paintNotes(Boolean(this.talk.resting));
    this.buildBar(scenes, (scene) => this.jump(scene), "Copy a link that opens this very view");
    this.empty.hidden = Boolean(model);
    this.empty.textContent = message.empty ?? "";
    this.root.dataset.seq = message.seq;
    this.root.dataset.model = model?.key ?? "";
    if (!model) return;
    if (this.look === this.looks) return; // an answer that changes nothing to be drawn
    this.look = this.looks;
    pictured(model, this.colours);
    this.sliders.show(model, this.extras.densities, this.colours);
    this.decoded.show(model, this.colours);
    this.pairs();
    this.map.show();
    this.tabs.show();
    this.frame();
    this.decoded.rest();
  }

  pairs() {
    ["a", "b"].forEach((name, k) =>
      this.decoded.pair(k, Math.min(this.settings[name], this.model.count - 1)),
    );
  }

  // All that what is drawn depends on, besides the point.
  get looks() {
    return JSON.stringify([this.version, this.message.theme, this.settings]);
  }

  get view() {
    return this.map.view;
  }

  // The hand over the map: the decoder follows it, and goes back to the kept point when it leaves.
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
    if (chosen === "point") return this.place(x, y);
    const [n] = nearest(this.view.points, [x, y], this.view.points.length / 2, [0], [0]);
    this.set(chosen, n);
    this.go(row(this.model.mu, n, this.model.latent));
  }

  step(dx, dy) {
    const [x, y] = this.view.project(this.z, [0, 0]);
    this.place(x + dx, y + dy);
  }

  place(x, y) {
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
    this.asked ??= requestAnimationFrame(() => this.frame());
    if (!this.playing) this.rest();
  }

  rest() {
    this.talk.rest();
    clearTimeout(this.silent);
    this.silent = setTimeout(() => {
      if (this.model) this.decoded.rest();
    }, 250);
  }

  frame() {
    this.asked = null;
    if (!this.model) return;
    const start = performance.now();
    this.decoded.decode(this.z, this.view.dims);
    this.sliders.follow(this.z);
    this.map.aim(this.z);
    clock("decode-and-paint", start);
    if ((this.frames = (this.frames ?? 0) + 1) % 5000 === 0) performance.clearMeasures();
    this.tabs.tool?.moved();
  }

  set(name, value) {
    if (this.settings[name] === value) return;
    this.settings[name] = value;
    if (!(name in OWN)) return this.talk.now();
    this.controls.update(this.message.controls, this.settings);
    if (!this.model) return;
    if (["map", "i", "j", "contours"].includes(name)) this.map.show();
    if (name === "a" || name === "b") this.pairs();
    if (name === "tool") this.tabs.show();
    else this.tabs.tool?.update();
    this.pad.paintAbove();
    this.look = this.looks;
    this.moved();
  }

  jump(scene) {
    this.notice.textContent = this.notice.title = scene.notice;
    Object.assign(this.settings, scene.settings);
    if (this.model) this.paint();
    this.talk.now();
  }

  act(name, value) {
    this.actions.push({
      id: (this.last = Math.max(this.last ?? 0, this.message.done ?? 0) + 1),
      name,
      value,
    });
    this.talk.now();
  }

  ask() {
    this.talk.now();
  }

  flush(seq) {
    this.tell({
      seq,
      settings: this.settings,
      theme: ground(),
      actions: this.actions,
      point: this.z ? Array.from(this.z, (v) => Number(v.toFixed(5))) : null,
      dims: this.map.view?.dims ?? null,
      model: this.model?.key ?? null,
      extras: Object.keys(this.extras),
    });
    this.hark();
  }

  redraw() {
    this.pad.scale = this.scale;
    this.pad.paint();
    this.sliders.paint();
    this.tabs.tool?.resized();
  }
}
