// An autoencoder and a VAE of the same size and seed: how far decoded points are from the data.

import { element } from "../../draw/dom.js";
import { Coast } from "./coast.js";
import { Tool } from "./tool.js";

const SAMPLES = 60;

export class Holes extends Tool {
  wide = true;

  build() {
    this.button("Other random points", "Draw new points from the prior, the same for both", () => {
      this.seed += 1;
      this.sample();
    });
    this.seed = 1;
    this.both = this.stage.root.appendChild(element("div", "vv-both"));
    this.coasts = [];
  }

  update() {
    const {
      extras: { holes },
      colours,
    } = this.page;
    const pads = holes?.pads ?? [];
    this.both.hidden = !pads.length;
    this.bare(!pads.length);
    this.say(
      holes?.text ??
        "Measuring: every place of the plane is decoded and compared with the nearest example …",
    );
    if (!pads.length) return;
    if (this.coasts.length !== pads.length) {
      this.both.replaceChildren();
      this.coasts = pads.map((_, k) => new Coast(this.both, k, () => this.rested()));
    }
    const key = `${holes.key} ${JSON.stringify(colours)}`;
    if (key === this.key) return this.resized();
    this.key = key;
    pads.forEach((pad, k) => this.coasts[k].show(pad, this.page));
    this.sample();
  }

  // The same prior samples for both.
  sample() {
    const random = generator(this.seed);
    const z = Float32Array.from({ length: 2 * SAMPLES }, () => normal(random));
    for (const coast of this.coasts) coast.sample(z);
  }

  resized() {
    for (const coast of this.coasts) coast.paint(this.page.scale);
  }

  rested() {
    this.page.rest();
  }

  kept(context, width, height) {
    const half = width / 2;
    this.coasts.forEach((coast, k) => coast.kept(context, k * half, half - 10, height));
  }
}

// Mulberry32: the same points for the same number, in every browser.
function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function normal(random) {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
