// A row of pictures per latent dimension, which alone moves; the others stay at the point.

import { shown, symbol } from "../../draw/numbers.js";
import { row } from "../../nets/codes.js";
import { Grid } from "./grid.js";
import { Tool } from "./tool.js";

export class Traversals extends Tool {
  build() {
    this.grid = new Grid(this, (r, c) => {
      this.grid.content.code(r, c, this.z);
      this.page.go(this.z);
    });
    const around = this.choice("around", "around", [
      ["point", "the point"],
      ["a", "example A"],
      ["b", "example B"],
      ["origin", "the origin"],
    ]);
    const extent = this.number("± ", "extent", { min: 0.5, max: 20, step: 0.5 });
    this.fields = { around, extent };
    this.change = new Change();
  }

  update() {
    const { model, settings } = this.page;
    const { kl, latent, variational } = model;
    const extent = Number(settings.extent);
    this.follow(this.fields);
    this.order = model.order;
    if (this.z?.length !== latent) this.z = new Float32Array(latent);
    const last = latent > 6 ? 10 : latent > 3 ? 8 : latent > 2 ? 6 : 4; // few rows: large pictures
    const values = Array.from({ length: last + 1 }, (_, c) => extent * ((2 * c) / last - 1));
    this.dead = this.order.filter((k) => kl[k] < model.dead).length;
    this.heads = values.map((v, c) => (c % (last / 2) ? "" : shown(v, 1)));
    this.values = values;
    const plain = variational === false;
    const unit = plain ? "" : " prior standard deviations";
    this.layout =
      `Each row moves one dimension by up to ${shown(extent, 1)}${unit} either way, the middle ` +
      `not at all; the ${plain ? "one with the largest variance" : "most informative"} is on top.`;
    this.tell();
    this.moved();
  }

  moved() {
    const centre = this.centre();
    const key = `${this.page.model.key} ${centre.join()} ${this.values}`;
    if (key === this.shown) return;
    this.shown = key;
    const from = centre.slice();
    const { order, values, heads } = this;
    this.grid.show({
      rows: order.length,
      columns: values.length,
      heads,
      labels: order.map(symbol),
      decoded: (r, c, mean) => this.change.add(r - (order.length - this.dead), c, mean),
      done: () => this.tell(),
      code: (r, c, z) => {
        z.set(from);
        z[order[r]] += values[c];
      },
    });
  }

  tell() {
    const { low, high } = this.page.model.network;
    const share = (100 * this.change.most) / (high - low);
    const change = `a pixel of their rows changes by up to ${shown(share, share < 10 ? 1 : 0)} %`;
    this.say(this.layout + (this.dead ? ` ${this.dead} collapsed: ${change} of the range.` : ""));
  }

  centre() {
    const { model, settings, z } = this.page;
    const { around } = settings;
    if (around === "origin") return new Float32Array(model.latent);
    return around === "point" ? z : row(model.mu, model.example(settings[around]), model.latent);
  }

  draw(context, width, height) {
    this.grid.draw(context, width, height);
  }
}

// The largest change of a pixel along a row of pictures, from row 0 on.
class Change {
  most = 0;

  add(r, c, mean) {
    if (r < 0) return;
    if (r === 0 && c === 0) this.most = 0;
    if (c === 0) [this.low, this.high] = [mean.slice(), mean.slice()];
    const { low, high } = this;
    for (let k = 0; k < mean.length; k++) {
      if (mean[k] < low[k]) low[k] = mean[k];
      else if (mean[k] > high[k]) high[k] = mean[k];
      if (high[k] - low[k] > this.most) this.most = high[k] - low[k];
    }
  }
}
