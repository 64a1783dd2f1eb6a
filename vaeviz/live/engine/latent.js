// The page "Latent space": decodes under the pointer, in the browser; the server is told where the
// pointer came to rest.
//
// A message has besides a page's, each part as long as it is shown, and then the same object:
//   colours   {ink, soft, grid, prior, posterior, rate, distortion, decoder, dead, classes: [...]}
//   model     {key, title, source, network, mu (N, d), logvar (N, d), labels (N),
//             images (n, H, W) uint8 | x (N, 2), kl (d), dead: KL below which a dimension has
//             collapsed, class_names, class_means (K, d), class_errors (K, d), variational: false
//             for an autoencoder}; network: vaeviz.measures.codecs.network.header. Missing while
//             it is encoded: the last one stays.
//   point     (d) where to begin with another model
//   extras    slow parts of this model, as far as they are there:
//     densities {grid (G), q (d, G)}
//     contours {dims: [i, j] from 0, x: [low, high], y, z (rows, columns), levels}
//     embedding {pca: {points (N, 2), axes (2, d) orthonormal, mean (d)}, tsne: {points (N, 2)}}
//     aggregate {text, kl (d), error (d)}
//     holes {key, text, pads: [{name, source, network, mu (N, 2), labels, share,
//           compared: [first, last + 1] of the model's examples,
//           grid: {x, y, z, threshold, far: the distance of full colour}}]}
//     Grids have their lowest row first and reach from the first cell's middle to the last one's.
//   empty     the line shown while there is no model
//   keeps     [{action, label, help}]: buttons that send this action
//   files     [{id, name, type, bytes}]: saved, each once
// Its own fields in the state: point (d), dims: [i, j] of the map from 0 | null.

import { clock, element } from "../draw/dom.js";
import { Picture } from "../draw/picture.js";
import { prepared } from "../nets/model.js";
import { Dimensions } from "../panels/latent/dimensions.js";
import { Files } from "../panels/latent/files.js";
import { LatentMap } from "../panels/latent/map.js";
import { Tools } from "../panels/latent/tools.js";
import { View } from "../panels/latent/view.js";
import { Pointing } from "./pointing.js";
import { Tablist } from "./tablist.js";

// What the browser sees to by itself; it tells the server when the pointer rests.
const OWN = {
  tool: "traversals",
  map: "dims",
  i: "auto",
  j: "auto",
  contours: "off",
  a: -1, // none is chosen yet
  b: -1,
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

// Holes compares two models of its own, whatever the controls say; only the data choose them.
const ELSEWHERE =
  "These two models were trained once, with two dimensions each. β, σ², d and the read-outs" +
  " belong to the model of the other tabs.";

export default class Latent extends Pointing {
  build() {
    Object.assign(this, { settings: { ...OWN }, extras: {}, version: 0, frames: 0 });
    this.side.append(this.code());
    this.dimensions = new Dimensions(this.side, (k, value) => {
      this.z[k] = value;
      this.keep();
    });
    this.side.append(this.readouts.root, this.note, element("p", "vv-elsewhere", ELSEWHERE));
    this.files = new Files(this.side, (name) => this.act(name));
    this.tabs = new Tablist(
      this.root,
      (name, open) => name === open && `vv-tool-${name}`,
      (name) => this.set("tool", name),
    );
    this.tools = new Tools(this);
    this.map = new LatentMap(this);
    this.pad = this.map.pad;
    this.decoded = new View(this.root, this.reading.mark("decoded", "The decoded picture"));
    this.empty = this.root.appendChild(element("p", "vv-empty"));
  }

  // The line above the sliders.
  code() {
    const head = element("div", "vv-titled");
    head.append(
      element("h3", "vv-title", "The code z"),
      this.reading.mark("sliders", "The code z"),
    );
    return head;
  }

  placeGroup(group) {
    this.side.prepend(group);
  }

  state() {
    return {
      point: this.z ? Array.from(this.z, (v) => Number(v.toFixed(5))) : null,
      dims: this.map.view?.dims ?? null,
    };
  }

  // The controls, as far as they are about what the open tab shows.
  get offered() {
    const { controls = [] } = this.message;
    if (this.settings.tool !== "holes") return controls;
    return controls.map((spec) => (spec.name === "data" ? spec : { ...spec, disabled: ELSEWHERE }));
  }

  get addressed() {
    return [...super.addressed, "point"]; // which the server keeps, and the link names
  }

  name() {
    this.heading.show({ ...this.message, tabs: this.tools.tabs, tool: this.settings.tool });
  }

  reset() {
    if (this.model) this.home();
    super.reset();
  }

  adopt({ model, point, extras, colours, paper }) {
    this.colours = { ...colours, paper };
    const before = this.extras;
    this.fresh = Boolean(model) && model !== this.sent;
    if (this.fresh) {
      const start =
        point ?? (this.z?.length === model.network.latent ? this.point : model.network.latent);
      Object.assign(this, { sent: model, model: prepared(model), extras: {} });
      this.point = new Float32Array(start);
      this.z = this.point.slice();
      this.version += 1;
    }
    this.extras = { ...(model ? {} : this.extras), ...extras };
    const names = Object.keys({ ...before, ...this.extras });
    if (names.some((name) => before[name] !== this.extras[name])) this.version += 1;
  }

  paintBody() {
    const { readouts = [], empty = "" } = this.message;
    const { model } = this;
    this.readouts.show(readouts);
    this.empty.hidden = Boolean(model);
    this.empty.textContent = empty;
    this.root.dataset.model = model?.key ?? "";
    if (model && this.look !== this.looks) this.paintModel(); // else it looks as before
    this.files.show(this.message);
  }

  paintModel() {
    const { model, colours } = this;
    this.look = this.looks;
    model.picture = new Picture({ ...model.network, x: model.x }, colours);
    this.dimensions.show(model, this.extras.densities, colours);
    this.decoded.show(model, colours);
    this.pairs();
    this.map.show();
    this.openTool();
    this.frame();
    this.decoded.rest();
  }

  openTool() {
    const open = this.tabs.show(this.tools.tabs, this.settings.tool);
    this.root.dataset.own = open;
    if (this.tools.show(open)) this.pad.paint(); // a wide tool had taken its place
    this.reading.show();
  }

  get tabbed() {
    return this.tools.tabs;
  }

  pairs() {
    ["a", "b"].forEach((name, k) => this.decoded.pair(k, this.model.example(this.settings[name])));
  }

  // All that what is drawn depends on, besides the point.
  get looks() {
    return JSON.stringify([this.version, this.message.theme, this.settings]);
  }

  get view() {
    return this.map.view;
  }

  frame() {
    this.coming = null;
    if (!this.model) return;
    const start = performance.now();
    this.decoded.decode(this.z, this.view.dims);
    this.dimensions.follow(this.z);
    this.map.aim(this.z);
    clock("decode-and-paint", start);
    if ((this.frames += 1) % 5000 === 0) performance.clearMeasures();
    this.tools.open?.moved();
  }

  changed(name, value) {
    this.set(name, value);
  }

  set(name, value) {
    if (this.settings[name] === value) return;
    this.settings = { ...this.settings, [name]: value };
    if (name === "tool" || !(name in OWN)) this.scene = null; // its line is of another view
    this.explain();
    if (!(name in OWN)) return this.channel.push();
    this.controls.update(this.offered, this.settings);
    if (!this.model) return;
    if (["map", "i", "j", "contours"].includes(name)) this.map.show();
    if (name === "a" || name === "b") this.pairs();
    if (name === "tool") {
      this.openTool();
      this.name();
    } else this.tools.open?.update();
    this.pad.paintAbove();
    this.look = this.looks;
    this.moved();
  }

  jump(scene) {
    this.scene = scene;
    this.settings = { ...this.settings, ...scene.settings };
    if (this.model) this.paint();
    this.explain();
    this.channel.push();
  }

  measured(arrived) {
    if (this.fresh) clock("first-drawn", arrived);
  }

  redraw() {
    this.pad.scale = this.scale;
    this.pad.paint();
    this.dimensions.paint();
    this.tools.open?.resized();
  }
}
