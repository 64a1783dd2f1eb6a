// Rows of grey images, as large as they fit.

import { cells, mosaic } from "../draw/mosaic.js";
import { Stage } from "../draw/stage.js";

const GAP = 2; // pixels between images

export class Images {
  constructor(host, page) {
    Object.assign(this, { host, page });
    this.stage = new Stage(host, (context, width, height) => this.paint(context, width, height));
  }

  fill({ images, alt }) {
    this.images = images;
    this.stage.say(alt);
  }

  draw(width, height) {
    this.stage.paint(width, height);
  }

  remove() {
    this.host.replaceChildren();
  }

  paint(context, width, height) {
    const { rows, columns, h, w, row_names: names, pixels } = this.images;
    context.font = `${16 * this.page.scale}px "Source Sans", sans-serif`;
    const label =
      Math.max(...names.map((name) => context.measureText(name).width)) + (names[0] ? 8 : 0);
    const tiles = pixels.map((bytes) => mosaic(bytes, columns, h, w)); // one per row
    context.imageSmoothingEnabled = false;
    context.fillStyle = getComputedStyle(this.host).color;
    context.textBaseline = "middle";
    const places = cells(rows, columns, width - label, height, GAP, true);
    places.forEach(({ left, top, side, first }, k) => {
      const r = Math.floor(k / columns);
      const name = first && names[r];
      if (name) context.fillText(name, 0, top + side / 2, label - 6);
      context.drawImage(
        tiles[r],
        0,
        (k % columns) * h,
        w,
        h,
        label + left,
        top,
        side,
        (side * h) / w,
      );
    });
  }
}
