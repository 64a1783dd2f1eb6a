// One model of the figure of holes: its map over the distance to the data, and decoded points.

import { contour } from "../../draw/contours.js";
import { clock, element, pixels } from "../../draw/dom.js";
import { shown } from "../../draw/numbers.js";
import { Picture, Tile } from "../../draw/picture.js";
import { dot, stroke } from "../../draw/plane.js";
import { Decoder } from "../../nets/network.js";
import { Pad } from "./pad.js";

const ACROSS = 3; // pictures of random points, side by side
const DOWN = 5; // and below one another

export class Coast {
  constructor(host, k, rested) {
    this.root = host.appendChild(element("section", "vv-coast"));
    this.point = new Float32Array(2);
    this.z = new Float32Array(2);
    const to = (x, y, keep) => {
      this.z[0] = x;
      this.z[1] = y;
      if (keep) this.point.set(this.z);
      this.moved();
      rested();
    };
    this.pad = new Pad(this.root, `hole-${k}`, {
      hover: (x, y) => to(x, y),
      drag: (x, y) => to(x, y, true),
      home: () => to(0, 0, true),
      left: () => to(...this.point),
      step: (dx, dy) => to(this.z[0] + dx, this.z[1] + dy, true),
    });
    this.pad.size = 1.4;
    this.pad.backdrop = (context, f) => this.ground(context, f);
    const aside = this.root.appendChild(element("div", "vv-decoded"));
    this.words = aside.appendChild(element("p", "vv-words"));
    this.big = aside.appendChild(element("canvas", "vv-one"));
    aside.appendChild(element("p", "vv-words", "Random points of the prior:"));
    this.many = aside.appendChild(element("canvas", "vv-many"));
    for (const canvas of [this.big, this.many]) canvas.setAttribute("role", "img");
  }

  // content: {name, source, network, mu (N, 2), labels, share, compared: [first, last + 1] of the
  // model's examples, grid: {x, y, z, threshold, far}}
  show(content, { colours, model, scale }) {
    Object.assign(this, { content, colours, model, grid: content.grid, heat: null });
    const { shape, low, high } = content.network;
    const { name, mu, labels, share, source } = content;
    this.decoder = new Decoder(content.network, 2);
    const picture = new Picture({ shape, low, high, x: model.x }, colours);
    this.tile = new Tile(this.big, picture);
    this.tiles = new Tile(this.many, picture, ACROSS, DOWN);
    const view = { points: mu, names: ["z₁", "z₂"], circles: [0, 0], span: this.grid };
    const about = {
      name: `Map of the ${name}`,
      title: `${name}: ${share} of prior samples near data`,
      source,
      classes: model.class_names,
      legend: [
        ["far from the data", colours.rate],
        ["distance that counts as near", colours.distortion],
      ],
      alt:
        `${name}: codes over the distance of the decoded point to the nearest example. ` +
        `${share} of the prior's samples decode near data.`,
    };
    this.pad.scale = scale;
    this.pad.show(view, labels, colours, about, (context, f) => this.above(context, f));
    this.moved();
  }

  paint(scale) {
    this.pad.scale = scale;
    this.pad.paint();
  }

  // The distance to the data as a wash, with a line at the distance that counts as near.
  ground(context, f) {
    const { grid, colours } = this;
    const { x, y } = grid;
    this.heat ??= wash(grid, colours.rate);
    context.imageSmoothingEnabled = true;
    const [left, top] = [f.px(x[0]), f.py(y[1])];
    context.drawImage(this.heat, left, top, f.px(x[1]) - left, f.py(y[0]) - top);
    contour(context, f, grid, grid.threshold);
    stroke(context, f, colours.distortion, 2.5);
  }

  above(context, f) {
    const { samples, colours, grid } = this;
    for (let n = 0; samples && n < samples.length; n += 2) {
      const at = samples.subarray(n, n + 2);
      const colour = lookup(grid, ...at) <= grid.threshold ? colours.distortion : colours.rate;
      dot(context, f, at, 4, colour, colours.paper);
    }
  }

  sample(samples) {
    this.samples = samples;
    for (let k = 0; k < ACROSS * DOWN; k++)
      this.tiles.show(this.decoder.decode(samples.subarray(2 * k, 2 * k + 2)), k);
    this.many.setAttribute(
      "aria-label",
      `${this.content.name}: ${ACROSS * DOWN} random points of the prior, decoded`,
    );
    this.pad.paintAbove();
  }

  moved() {
    this.coming ??= requestAnimationFrame(() => this.frame());
  }

  frame() {
    this.coming = null;
    const start = performance.now();
    const { z } = this;
    const x = this.decoder.decode(z);
    this.tile.show(x);
    this.pad.aim(z);
    const text = `(${shown(z[0])}, ${shown(z[1])}): ${this.distance(x)}`;
    this.words.textContent = text;
    this.big.setAttribute("aria-label", `${this.content.name} at ${text} to the data`);
    clock("decode-and-paint", start);
  }

  // At the pointer's own code; the cell's, named so, where the browser lacks the compared pictures.
  distance(x) {
    const { content, model, grid, z } = this;
    const { compared, network } = content;
    if (model.images && compared[1] <= model.pictured)
      return `distance ${shown(closest(x, model.images, compared, network))}`;
    return `distance ${shown(lookup(grid, z[0], z[1]))} in this cell of the map`;
  }

  // For the file.
  kept(context, left, width, height) {
    const { canvas, width: w, height: h } = this.pad.base;
    const k = Math.min((0.7 * width) / w, (height - 24) / h);
    context.fillStyle = this.colours.ink;
    context.fillText(this.pad.title.textContent, left, 16);
    for (const layer of [canvas, this.pad.overlay])
      context.drawImage(layer, left, 24, k * w, k * h);
    const [wide, { many }] = [0.27 * width, this];
    context.drawImage(many, left + 0.72 * width, 24, wide, (wide * many.height) / many.width);
  }
}

// The distance of x (D) to the nearest of pictures `from` to `to` of bytes (n, D), as rounded.
export function closest(x, images, [from, to], { low, high }) {
  const size = x.length;
  const unit = (high - low) / 255;
  let best = Infinity;
  for (let n = from; n < to; n++) {
    const at = n * size;
    let sum = 0;
    for (let k = 0; k < size && sum < best; k++) sum += (x[k] - low - unit * images[at + k]) ** 2;
    best = Math.min(best, sum);
  }
  return Math.sqrt(best);
}

// The grid's value at the cell nearest to a place, or infinity outside.
export function lookup({ x, y, z }, px, py) {
  const [rows, columns] = z.shape;
  const c = Math.round(((px - x[0]) / (x[1] - x[0])) * (columns - 1));
  const r = Math.round(((py - y[0]) / (y[1] - y[0])) * (rows - 1));
  return r < 0 || c < 0 || r >= rows || c >= columns ? Infinity : z[r * columns + c];
}

// One pixel per cell: clear where the data are near, coloured where they are far.
export function wash({ z, far }, colour) {
  const [rows, columns] = z.shape;
  const [red, green, blue] = [1, 3, 5].map((k) => parseInt(colour.slice(k, k + 2), 16));
  return pixels(columns, rows, (r, c) => {
    const share = Math.min(1, Math.max(0, z[(rows - 1 - r) * columns + c] / far));
    return (Math.round(140 * share ** 1.5) << 24) | (blue << 16) | (green << 8) | red;
  });
}
