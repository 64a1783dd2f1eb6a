// The board's panels: a figure (Plotly's axes, our marks) or rows of images, each with title and source.

import { frame, nearest, paint } from "./painter.js";

export function element(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

export class Panel {
  constructor(id, host, board) {
    this.id = id;
    this.board = board;
    this.root = element("section", `vv-panel vv-${id}`);
    this.title = this.root.appendChild(element("h3", "vv-title"));
    this.stage = this.root.appendChild(element("div", "vv-stage"));
    this.axes = this.stage.appendChild(element("div", "vv-axes"));
    this.canvas = this.stage.appendChild(element("canvas", "vv-canvas"));
    this.canvas.setAttribute("role", "img");
    this.legend = this.root.appendChild(element("div", "vv-legend"));
    this.tip = this.stage.appendChild(element("div", "vv-tip"));
    this.source = this.root.appendChild(element("p", "vv-source"));
    host.appendChild(this.root);
    this.canvas.addEventListener("pointermove", (event) => this.hover(event));
    this.canvas.addEventListener("pointerleave", () => { this.tip.hidden = true; });
    this.canvas.addEventListener("click", (event) => this.pick(event));
    this.tip.hidden = true;
  }

  show(content) {
    this.content = content;
    const about = content.figure ? content.figure.layout.meta : content;
    setText(this.title, about.title);
    setText(this.source, about.source);
    if (this.alt !== about.alt) this.canvas.setAttribute("aria-label", this.alt = about.alt);
    this.list(about.legend ?? []);
    this.draw();
  }

  list(legend) {
    const key = JSON.stringify(legend);
    if (key === this.legendKey) return;
    this.legendKey = key;
    this.legend.replaceChildren(...legend.map(([name, colour]) => {
      const item = element("span", "vv-key", name);
      item.style.setProperty("--vv-colour", colour);
      return item;
    }));
  }

  measure() {
    const width = this.stage.clientWidth, height = this.stage.clientHeight, ratio = window.devicePixelRatio || 1;
    if (this.canvas.width !== Math.round(width * ratio) || this.canvas.height !== Math.round(height * ratio)) {
      this.canvas.width = Math.round(width * ratio);
      this.canvas.height = Math.round(height * ratio);
    }
    const context = this.canvas.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    return { context, width, height };
  }

  draw() {
    const { context, width, height } = this.measure();
    if (!width || !height || !this.content) return;
    if (this.content.figure) this.drawFigure(context, width, height);
    else this.drawImages(context, width, height);
  }

  drawFigure(context, width, height) {
    const { data, layout } = this.content.figure;
    this.frame = frame(layout, width, height, this.board.scale, this.board.paper);
    this.drawAxes(layout, width, height);
    paint(context, data, this.frame);
  }

  // Plotly draws axes, grid and titles, and only when one of them or the size has changed.
  drawAxes(layout, width, height) {
    const { meta, ...rest } = layout;
    const key = JSON.stringify([rest, width, height, this.board.scale]);
    if (key === this.axesKey || !window.Plotly) return;
    this.axesKey = key;
    const plain = scaled(rest, this.board.scale);
    Object.assign(plain, { width, height, hovermode: false });
    plain.xaxis.range = this.frame.x;
    plain.yaxis.range = this.frame.y;
    window.Plotly.react(this.axes, [{ type: "scatter", x: [], y: [] }], plain, { staticPlot: true });
  }

  drawImages(context, width, height) {
    this.axesKey = null;
    if (this.axes.firstChild && window.Plotly) window.Plotly.purge(this.axes);
    const { rows, columns, h, w, row_names: names, pixels } = this.content.images;
    context.font = `${16 * this.board.scale}px "Source Sans", sans-serif`;
    const label = Math.max(...names.map((name) => context.measureText(name).width)) + (names[0] ? 8 : 0), gap = 2;
    const cell = Math.max(4, Math.min((width - label) / columns, height / rows) - gap);
    const tile = mosaic(pixels, rows * columns, h, w);
    context.imageSmoothingEnabled = false;
    context.fillStyle = getComputedStyle(this.root).color;
    context.textBaseline = "middle";
    for (let r = 0; r < rows; r++) {
      if (names[r]) context.fillText(names[r], 0, r * (cell + gap) + cell / 2, label - 6);
      for (let c = 0; c < columns; c++) {
        context.drawImage(tile, 0, (r * columns + c) * h, w, h,
          label + c * (cell + gap), r * (cell + gap), cell, cell * h / w);
      }
    }
  }

  at(event) {
    const box = this.canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  hover(event) {
    const figure = this.content?.figure;
    if (!figure || event.buttons) return;
    const [px, py] = this.at(event), hit = nearest(figure.data, this.frame, px, py);
    this.tip.hidden = !hit;
    if (!hit) return;
    this.tip.textContent = describe(hit);
    this.tip.style.left = `${Math.min(px + 12, this.stage.clientWidth - this.tip.offsetWidth - 4)}px`;
    this.tip.style.top = `${Math.max(0, py - 34)}px`;
  }

  pick(event) {
    const figure = this.content?.figure;
    if (!figure?.layout.meta.pick) return;
    const [px, py] = this.at(event);
    const marks = figure.data.filter((trace) => trace.customdata);
    const hit = nearest(marks, this.frame, px, py, 40);
    if (hit) this.board.pick(hit.trace.customdata[hit.index], event.shiftKey);
  }
}

function setText(node, text) {
  if (node.textContent !== text) node.textContent = node.title = text;
}

function describe({ trace, index, x, y }) {
  const id = trace.customdata ? trace.customdata[index] : null;
  if (trace.type === "bar") return `dimension ${id}: ${trace.text[index]} nats`;
  const place = `(${x.toPrecision(3)}, ${y.toPrecision(3)})`;
  return id === null ? `${trace.name}: ${place}` : `example ${id}, class ${trace.name}: ${place}`;
}

function scaled(layout, scale) {
  const copy = structuredClone(layout);
  for (const side of Object.keys(copy.margin)) copy.margin[side] *= scale;
  for (const axis of [copy.xaxis, copy.yaxis]) {
    axis.tickfont.size *= scale;
    axis.title.font.size *= scale;
  }
  return copy;
}

// Grey bytes as one tall RGBA canvas, n images of h × w under one another.
function mosaic(bytes, n, h, w) {
  const tile = document.createElement("canvas");
  tile.width = w;
  tile.height = n * h;
  const image = new ImageData(w, n * h), words = new Uint32Array(image.data.buffer);
  for (let i = 0; i < words.length; i++) words[i] = 0xff000000 | bytes[i] * 0x10101;
  tile.getContext("2d").putImageData(image, 0, 0);
  return tile;
}
