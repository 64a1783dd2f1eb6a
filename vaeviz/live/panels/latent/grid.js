// Rows of decoded pictures: a few per frame, so that a pointer on the map never waits.

import { Tile } from "../../draw/picture.js";

const BUDGET = 4; // ms of decoding per frame: the pointer has priority

export class Grid {
  constructor(tool, picked) {
    this.tool = tool;
    this.picked = picked; // (row, column) when a picture is clicked
    this.canvas = document.createElement("canvas");
    const { canvas } = tool.stage;
    canvas.addEventListener("click", (event) => this.click(tool.stage.at(event)));
  }

  // {rows, columns, labels, heads, code(r, c, z), whole: true for a single block,
  // decoded(r, c, mean) and done(): called for each picture, row by row, and after the last}
  show(content) {
    const { model } = this.tool.page;
    const { rows, columns } = content;
    const key = [rows, columns, model.key, this.tool.page.colours.paper].join();
    this.content = content;
    if (key !== this.key) {
      this.key = key;
      this.tile = new Tile(this.canvas, model.picture, columns, rows);
      this.z = new Float32Array(model.latent);
    }
    this.again = true;
    if (!this.busy) this.begin();
  }

  begin() {
    this.again = false;
    this.busy = true;
    this.next = 0;
    requestAnimationFrame(() => setTimeout(() => this.slice()));
  }

  slice() {
    const end = performance.now() + BUDGET;
    const { rows, columns } = this.content;
    if (!this.tool.root.isConnected) {
      this.busy = false;
      return;
    }
    while (this.next < rows * columns && performance.now() < end) this.decode(this.next++);
    if (this.next < rows * columns)
      return void requestAnimationFrame(() => setTimeout(() => this.slice()));
    this.busy = false;
    this.content.done?.();
    this.tool.stage.paint();
    this.tool.root.dataset.drawn = Number(this.tool.root.dataset.drawn ?? 0) + 1;
    if (this.again) this.begin();
  }

  decode(k) {
    const { model } = this.tool.page;
    const { columns, code, decoded } = this.content;
    const at = [Math.floor(k / columns), k % columns];
    code(...at, this.z);
    const mean = model.decoder.decode(this.z);
    decoded?.(...at, mean);
    this.tile.show(mean, k);
  }

  // The layout: the rows in one block or in several side by side, for the largest pictures.
  layout(context, width, height) {
    const { scale, model } = this.tool.page;
    const { rows, columns, labels = [], heads = [], whole } = this.content;
    context.font = `${16 * scale}px "Source Sans", sans-serif`;
    const left = Math.max(0, ...labels.map((text) => context.measureText(text).width + 8));
    const top = heads.length ? 21 * scale : 0;
    const gap = rows * columns > 150 ? 1 : 2;
    const shape = model.picture.h / model.picture.w;
    const fit = (blocks) => {
      const deep = Math.ceil(rows / blocks);
      const wide = (width + 14) / blocks - 14 - left;
      const cell = Math.max(3, Math.min(wide / columns, (height - top) / deep / shape) - gap);
      const block = left + columns * (cell + gap) + 14;
      return { left, top, gap, cell, tall: cell * shape, deep, block };
    };
    return [1, 2, 3]
      .slice(0, whole ? 1 : 3)
      .map(fit)
      .reduce((best, way) => (way.cell > best.cell ? way : best));
  }

  // The left upper corner of a picture.
  corner(r, c) {
    const { left, top, gap, cell, tall, deep, block } = this.place;
    return [
      Math.floor(r / deep) * block + left + c * (cell + gap),
      top + (r % deep) * (tall + gap),
    ];
  }

  draw(context, width, height) {
    if (!this.content) return;
    const { colours, model } = this.tool.page;
    const { rows, columns } = this.content;
    const { w, h } = model.picture;
    const { cell, tall } = (this.place = this.layout(context, width, height));
    this.write(context, colours);
    context.imageSmoothingEnabled = false;
    for (let k = 0; k < rows * columns; k++) {
      const r = Math.floor(k / columns);
      const c = k % columns;
      context.drawImage(this.canvas, c * w, r * h, w, h, ...this.corner(r, c), cell, tall);
    }
  }

  // Names beside the rows, and heads above each block of them.
  write(context, colours) {
    const { rows, labels = [], heads = [] } = this.content;
    const { left, cell, tall, deep } = this.place;
    Object.assign(context, { fillStyle: colours.ink, textBaseline: "middle", textAlign: "left" });
    labels.forEach((text, r) => {
      const [x, y] = this.corner(r, 0);
      context.fillText(text, x - left, y + tall / 2);
    });
    context.textAlign = "center";
    for (let r = 0; r < rows; r += deep) {
      heads.forEach((text, c) => {
        const [x, y] = this.corner(r, c);
        if (text) context.fillText(text, x + cell / 2, y - 10);
      });
    }
    context.textAlign = "left";
  }

  click([x, y]) {
    if (!this.place || !this.picked) return;
    const { rows, columns } = this.content;
    const { cell, tall } = this.place;
    for (let k = 0; k < rows * columns; k++) {
      const r = Math.floor(k / columns);
      const c = k % columns;
      const [left, top] = this.corner(r, c);
      if (x >= left && x < left + cell && y >= top && y < top + tall) return this.picked(r, c);
    }
  }
}
