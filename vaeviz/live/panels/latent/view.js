// The decoded code, large, and the examples with the nearest codes.

import { element, setText } from "../../draw/dom.js";
import { shown, symbol } from "../../draw/numbers.js";
import { Tile } from "../../draw/picture.js";
import { keeper } from "../../draw/stage.js";
import { nearest, row } from "../../nets/codes.js";

const NEAR = 5;

export class View {
  constructor(host, why) {
    this.root = host.appendChild(element("section", "vv-view"));
    this.head = this.root.appendChild(element("div", "vv-head"));
    const titled = this.head.appendChild(element("div", "vv-titled"));
    this.title = titled.appendChild(element("h3", "vv-title"));
    titled.append(why);
    this.big = this.root.appendChild(element("canvas", "vv-big"));
    this.big.setAttribute("role", "img");
    const aside = this.root.appendChild(element("div", "vv-aside"));
    this.nearText = aside.appendChild(element("p", "vv-words", "Nearest codes"));
    this.near = aside.appendChild(element("canvas", "vv-row"));
    this.pairs = ["a", "b"].map((name) => {
      const root = aside.appendChild(element("div", "vv-pair"));
      const words = root.appendChild(element("p", "vv-words"));
      return { name, words, canvas: root.appendChild(element("canvas", "vv-row")) };
    });
    for (const canvas of [this.near, ...this.pairs.map((pair) => pair.canvas)])
      canvas.setAttribute("role", "img");
    keeper(
      this.head,
      {
        root: this.big,
        draw: (context, width, height) => {
          context.imageSmoothingEnabled = false;
          context.drawImage(this.big, 0, 0, width, height);
        },
      },
      () => ({ name: "decoded", paper: this.paper }),
    );
    this.ids = new Int32Array(NEAR);
    this.distances = new Float32Array(NEAR);
  }

  show(model, colours) {
    this.model = model;
    this.paper = colours.paper;
    this.tile = new Tile(this.big, model.picture);
    this.nearTile = new Tile(this.near, model.picture, NEAR);
    this.pairTiles = this.pairs.map(({ canvas }) => new Tile(canvas, model.picture, 2));
    this.shown = "";
  }

  // At pointer speed: the decoded picture, and the nearest examples if they changed.
  decode(z, dims = []) {
    const { model } = this;
    this.tile.show(model.decoder.decode(z));
    nearest(model.mu, z, model.pictured, this.ids, this.distances);
    const ids = this.ids.join();
    if (ids !== this.shown) {
      this.shown = ids;
      for (let k = 0; k < Math.min(NEAR, model.pictured); k++)
        this.nearTile.example(model, this.ids[k], k);
    }
    const where = dims.map((k) => `${symbol(k)} = ${shown(z[k])}`).join(", ");
    const text = where ? `Decoded at ${where}` : "Decoded";
    if (text !== this.text) this.title.textContent = this.text = text;
  }

  // When the pointer rests: the text for screen readers.
  rest() {
    const { model, ids } = this;
    const classes = [...ids.subarray(0, model.pictured)].map((n) => model.className(n));
    this.big.setAttribute(
      "aria-label",
      `${this.text}. The nearest examples are of class ${classes.join(", ")}.`,
    );
    this.near.setAttribute("aria-label", `Nearest examples: classes ${classes.join(", ")}`);
    setText(this.nearText, `Nearest codes${model.nearestOf}: ${classes.join(", ")}`);
  }

  // Example A or B and its reconstruction, the decoder's mean at μ.
  pair(k, n) {
    const { model } = this;
    const { name, words, canvas } = this.pairs[k];
    const tile = this.pairTiles[k];
    const which = `example ${n} (${model.className(n)})`;
    const text = `${name.toUpperCase()}: ${which} and its reconstruction`;
    setText(words, text);
    canvas.setAttribute("aria-label", text);
    if (n < model.pictured) tile.example(model, n, 0);
    else tile.context.clearRect(0, 0, model.picture.w, model.picture.h);
    tile.show(model.decoder.decode(row(model.mu, n, model.latent)), 1);
  }
}
