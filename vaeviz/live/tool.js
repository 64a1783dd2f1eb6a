// What the tools under the tabs share: fields in a row, a canvas of decoded pictures, a line of words.

import { element, setText } from "./panels.js";
import { Tile } from "./picture.js";
import { Stage, keeper } from "./stage.js";

const BUDGET = 4; // ms of decoding between two frames: the hand goes first

export class Tool {
  // screen: {model, settings, point, colours, scale, set(name, value), go(z), aim()}
  constructor(screen, name, title) {
    Object.assign(this, { screen, name });
    this.root = element("section", `vv-tool vv-tool-${name}`);
    this.root.id = `vv-tool-${name}`;
    this.root.setAttribute("role", "tabpanel");
    this.root.setAttribute("aria-label", title);
    this.head = this.root.appendChild(element("div", "vv-head"));
    this.stage = new Stage(this.root, (context, width, height) =>
      this.draw(context, width, height),
    );
    this.words = this.root.appendChild(element("p", "vv-words"));
    this.build();
    const kept = (context, width, height) => this.kept(context, width, height);
    keeper(this.head, this.stage, () => ({ name, draw: kept, paper: screen.colours.paper }));
  }

  // Overridden: the fields; a new model, setting or answer; a moved point; what it draws; what it adds to the map.
  build() {}
  update() {}
  moved() {}
  draw() {}
  above() {}

  // What goes to a file, where that is not what the canvas shows.
  kept(context, width, height) {
    this.draw(context, width, height);
  }

  leave() {}
  resized() {
    this.stage.paint();
  }

  say(text, alt = text) {
    setText(this.words, text);
    this.stage.say(alt);
  }

  // Nothing to draw: the words alone, in the middle.
  bare(on) {
    this.root.classList.toggle("vv-bare", on);
  }

  button(text, help, act) {
    const button = this.head.appendChild(element("button", "", text));
    Object.assign(button, { type: "button", title: help });
    button.addEventListener("click", act);
    return button;
  }

  // A list of [value, text] whose choice is the setting `name`.
  choice(label, name, options) {
    const select = this.field(label, "select");
    select.dataset.name = name;
    select.fill = (list) => {
      const key = JSON.stringify(list);
      if (key === select.key) return;
      select.key = key;
      select.replaceChildren(
        ...list.map(([value, text]) => Object.assign(element("option", "", text), { value })),
      );
    };
    select.fill(options);
    select.addEventListener("change", () => this.screen.set(name, select.value));
    return select;
  }

  number(label, name, { min, max, step = 1 }) {
    const input = this.field(label, "input");
    Object.assign(input, { type: "number", min, max, step });
    input.dataset.name = name;
    input.addEventListener("change", () => {
      const value = Math.min(
        Number(input.max),
        Math.max(Number(input.min), Number(input.value) || 0),
      );
      input.value = value;
      this.screen.set(name, value);
    });
    return input;
  }

  field(label, tag) {
    const root = this.head.appendChild(element("label", "vv-pick", label));
    return root.appendChild(element(tag));
  }

  // The fields where the settings are, but not the one under the hand.
  follow(fields) {
    for (const [name, field] of Object.entries(fields)) {
      if (document.activeElement !== field || field.type !== "number")
        field.value = this.screen.settings[name];
    }
  }
}

// Rows of decoded pictures: decoded a few at a time, so that a hand on the map is never kept waiting.
export class Grid {
  constructor(tool, picked) {
    this.tool = tool;
    this.picked = picked; // (row, column) when a picture is clicked
    this.canvas = document.createElement("canvas");
    const { canvas } = tool.stage;
    canvas.addEventListener("click", (event) => this.click(tool.stage.at(event)));
  }

  // {rows, columns, labels, heads, code(r, c, z), example(r, c): its number or -1, marks: [[r, c]]}
  show(content) {
    const { model } = this.tool.screen,
      { rows, columns } = content;
    const key = [rows, columns, model.key, this.tool.screen.colours.paper].join();
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
    const end = performance.now() + BUDGET,
      { rows, columns } = this.content;
    if (!this.tool.root.isConnected) {
      this.busy = false;
      return;
    }
    while (this.next < rows * columns && performance.now() < end) this.decode(this.next++);
    if (this.next < rows * columns)
      return void requestAnimationFrame(() => setTimeout(() => this.slice()));
    this.busy = false;
    this.tool.stage.paint();
    this.tool.root.dataset.drawn = Number(this.tool.root.dataset.drawn ?? 0) + 1;
    if (this.again) this.begin();
  }

  decode(k) {
    const { model } = this.tool.screen,
      { columns, code, example } = this.content;
    const r = Math.floor(k / columns),
      c = k % columns,
      n = example?.(r, c) ?? -1;
    if (n >= 0) return this.tile.example(model, n, k);
    code(r, c, this.z);
    this.tile.show(model.decoder.decode(this.z), k);
  }

  // Where the pictures go: the rows in one block or in several side by side, whichever makes them largest.
  layout(context, width, height) {
    const { scale, model } = this.tool.screen,
      { rows, columns, labels = [], heads = [], whole } = this.content;
    context.font = `${16 * scale}px "Source Sans", sans-serif`;
    const left = Math.max(0, ...labels.map((text) => context.measureText(text).width + 8));
    const top = heads.length ? 21 * scale : 0,
      gap = rows * columns > 150 ? 1 : 2,
      shape = model.picture.h / model.picture.w;
    const fit = (blocks) => {
      const deep = Math.ceil(rows / blocks),
        wide = (width + 14) / blocks - 14 - left;
      const cell = Math.max(3, Math.min(wide / columns, (height - top) / deep / shape) - gap);
      return {
        left,
        top,
        gap,
        cell,
        tall: cell * shape,
        deep,
        block: left + columns * (cell + gap) + 14,
      };
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
    const { colours, model } = this.tool.screen,
      { rows, columns, marks = [] } = this.content,
      { w, h } = model.picture;
    const { cell, tall } = (this.place = this.layout(context, width, height));
    this.write(context, colours);
    context.imageSmoothingEnabled = false;
    for (let k = 0; k < rows * columns; k++) {
      const r = Math.floor(k / columns),
        c = k % columns;
      context.drawImage(this.canvas, c * w, r * h, w, h, ...this.corner(r, c), cell, tall);
    }
    Object.assign(context, { strokeStyle: colours.rate, lineWidth: 3 });
    for (const [r, c] of marks) {
      context.beginPath();
      context.rect(...this.corner(r, c), cell, tall);
      context.stroke();
    }
  }

  // Names beside the rows, and heads above each block of them.
  write(context, colours) {
    const { rows, labels = [], heads = [] } = this.content,
      { left, cell, tall, deep } = this.place;
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
    const { rows, columns } = this.content,
      { cell, tall } = this.place;
    for (let k = 0; k < rows * columns; k++) {
      const r = Math.floor(k / columns),
        c = k % columns,
        [left, top] = this.corner(r, c);
      if (x >= left && x < left + cell && y >= top && y < top + tall) return this.picked(r, c);
    }
  }
}
