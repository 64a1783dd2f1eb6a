// The board's panels: a figure (Plotly's axes, our marks), rows of images or a table, each with title and source.

import { compacted, corners } from "./compact.js";
import { plain } from "./controls.js";
import { Glide } from "./glide.js";
import { frame, nearest, paint } from "./painter.js";
import { Steer } from "./steer.js";
import { Grid } from "./table.js";

export function element(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

// A coloured key for each [name, colour]; rebuilt only when one has changed.
export function legend(node, keys) {
  const text = JSON.stringify(keys);
  if (text === node.dataset.keys) return;
  node.dataset.keys = text;
  node.replaceChildren(
    ...keys.map(([name, colour]) => {
      const item = element("span", "vv-key", name);
      item.style.setProperty("--vv-colour", colour);
      return item;
    }),
  );
}

export class Panel {
  constructor(id, host, board) {
    this.id = id;
    this.board = board;
    this.root = element("section", `vv-panel vv-${id} vv-${id.split("-").at(-1)}`);
    this.title = this.root.appendChild(element("h3", "vv-title"));
    this.stage = this.root.appendChild(element("div", "vv-stage"));
    this.axes = this.stage.appendChild(element("div", "vv-axes"));
    this.axes.ariaHidden = "true"; // what it shows, the canvas says
    this.canvas = this.stage.appendChild(element("canvas", "vv-canvas"));
    this.canvas.setAttribute("role", "img");
    this.legend = this.root.appendChild(element("div", "vv-legend"));
    this.tip = this.stage.appendChild(element("div", "vv-tip"));
    this.source = this.root.appendChild(element("p", "vv-source"));
    host.appendChild(this.root);
    this.canvas.addEventListener("pointermove", (event) => this.hover(event));
    this.canvas.addEventListener("pointerleave", () => {
      this.tip.hidden = true;
    });
    this.canvas.addEventListener("click", (event) => this.pick(event));
    this.tip.hidden = true;
    this.steer = new Steer(this);
    this.glide = new Glide(() => this.draw());
  }

  remove() {
    this.glide.stop();
    if (this.axes.firstChild && window.Plotly) window.Plotly.purge(this.axes);
    this.root.remove();
  }

  fill(content) {
    this.content = content;
    const about = (this.about = content.figure ? content.figure.layout.meta : content);
    if (!this.title.textContent) this.title.textContent = about.title; // its line is there from the first
    setText(this.source, about.source);
    if (this.alt !== about.alt) this.canvas.setAttribute("aria-label", (this.alt = about.alt));
    legend(this.legend, about.legend ?? []);
    this.root.classList.toggle("vv-steered", Boolean(about.go));
    if (content.table || this.grid) this.tabulate(content);
    if (content.figure && this.board.glides) this.glide.show(content.figure.data);
  }

  tabulate(content) {
    const { grid = (this.grid = new Grid(this.stage)) } = this,
      on = Boolean(content.table);
    grid.root.hidden = !on;
    this.canvas.hidden = this.axes.hidden = on;
    if (on) grid.show(content);
  }

  look() {
    return (this.seen = [this.stage.clientWidth, this.stage.clientHeight]);
  }

  // The short title where there is one and the whole does not fit.
  entitle(context, width) {
    const { title, short } = this.about;
    context.font = `600 ${16 * this.board.scale}px "Source Sans", sans-serif`;
    const text = short && context.measureText(title).width > width ? short : title;
    if (this.title.textContent !== text) this.title.textContent = text;
    if (this.title.title !== title) this.title.title = title;
  }

  measure() {
    const [width, height] = this.seen ?? this.look(),
      ratio = window.devicePixelRatio || 1;
    this.seen = null;
    if (
      this.canvas.width !== Math.round(width * ratio) ||
      this.canvas.height !== Math.round(height * ratio)
    ) {
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
    this.entitle(context, width);
    if (this.content.figure) this.drawFigure(context, width, height);
    else if (this.content.images) this.drawImages(context, width, height);
    this.steer.say();
  }

  drawFigure(context, width, height) {
    const { layout: full, data } = this.content.figure,
      compact = this.board.compact;
    const layout = compact ? compacted(full, height, this.board.scale) : full;
    this.frame = frame(layout, width, height, this.board.scale, this.board.paper);
    this.drawAxes(layout, width, height);
    paint(context, this.board.glides ? this.glide.shown : data, this.frame);
    if (compact) corners(context, layout, this.frame, height);
  }

  // Plotly draws axes, grid and titles, and only when one of them or the size has changed.
  drawAxes(layout, width, height) {
    const { meta, names, ...rest } = layout;
    const key = JSON.stringify([rest, width, height, this.board.scale]);
    if (key === this.axesKey || !window.Plotly) return;
    this.axesKey = key;
    const plain = scaled(rest, this.board.scale);
    Object.assign(plain, { width, height, hovermode: false });
    plain.xaxis.range = this.frame.x;
    plain.yaxis.range = this.frame.y;
    window.Plotly.react(this.axes, [{ type: "scatter", x: [], y: [] }], plain, {
      staticPlot: true,
    });
  }

  drawImages(context, width, height) {
    this.axesKey = null;
    if (this.axes.firstChild && window.Plotly) window.Plotly.purge(this.axes);
    const { rows, columns, h, w, row_names: names, pixels } = this.content.images;
    context.font = `${16 * this.board.scale}px "Source Sans", sans-serif`;
    const label =
        Math.max(...names.map((name) => context.measureText(name).width)) + (names[0] ? 8 : 0),
      gap = 2;
    const [across, cell] = this.board.folds
      ? folded(columns, rows, width - label, height, gap)
      : [columns, side(columns, rows, width - label, height, gap)];
    const tile = mosaic(pixels, rows * columns, h, w);
    context.imageSmoothingEnabled = false;
    context.fillStyle = getComputedStyle(this.root).color;
    context.textBaseline = "middle";
    for (let k = 0; k < rows * columns; k++) {
      const r = Math.floor(k / columns),
        c = k % columns,
        place = c % across;
      const top = (Math.floor(c / across) * rows + r) * (cell + gap);
      if (names[r] && !place) context.fillText(names[r], 0, top + cell / 2, label - 6);
      context.drawImage(
        tile,
        0,
        k * h,
        w,
        h,
        label + place * (cell + gap),
        top,
        cell,
        (cell * h) / w,
      );
    }
  }

  at(event) {
    const box = this.canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  hover(event) {
    const figure = this.content?.figure;
    if (!figure || event.buttons) return;
    const [px, py] = this.at(event),
      hit = nearest(figure.data, this.frame, px, py);
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

// The side of a cell, so that so many columns and rows fit.
function side(columns, rows, width, height, gap) {
  return Math.max(4, Math.min(width / columns, height / rows) - gap);
}

// The rows broken into as many lines as make the images largest: [images in a line, side of one].
function folded(columns, rows, width, height, gap) {
  const ways = Array.from({ length: columns }, (_, k) => Math.ceil(columns / (k + 1)));
  const sized = ways.map((n) => [n, side(n, rows * Math.ceil(columns / n), width, height, gap)]);
  return sized.reduce((best, way) => (way[1] > best[1] ? way : best));
}

export function setText(node, text) {
  if (node.textContent !== text) node.textContent = node.title = text;
}

function describe({ trace, index, x, y, value }) {
  if (trace.type === "heatmap") return cellText(trace, x, y, value);
  const id = trace.customdata ? trace.customdata[index] : null;
  if (trace.type === "bar") return `dimension ${id}: ${trace.text[index]} nats`;
  const place = `(${x.toPrecision(3)}, ${y.toPrecision(3)})`;
  return id === null ? `${trace.name}: ${place}` : `example ${id}, class ${trace.name}: ${place}`;
}

// Plotly's own template where a trace has one; a value below the scale is none.
function cellText({ name, hovertemplate, meta }, x, y, value) {
  if (!hovertemplate)
    return `${name}: ${value.toPrecision(3)} at (${x.toFixed(0)}, ${y.toFixed(0)})`;
  if (meta?.lacking && value < 0) return meta.lacking;
  return hovertemplate
    .replace("%{z}", plain(value))
    .replace("%{x}", plain(x))
    .replace("%{y}", plain(y));
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
  const image = new ImageData(w, n * h),
    words = new Uint32Array(image.data.buffer);
  for (let i = 0; i < words.length; i++) words[i] = 0xff000000 | (bytes[i] * 0x10101);
  tile.getContext("2d").putImageData(image, 0, 0);
  return tile;
}
