// One slider a latent dimension, that with the largest KL (of an autoencoder: variance) first, over the prior's density and the examples'.

import { shown } from "./codes.js";
import { element } from "./panels.js";
import { symbol } from "./plane.js";

const STEP = 0.1,
  FINE = 0.01; // prior standard deviations
const ARROWS = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 };

export class Sliders {
  constructor(host, moved) {
    this.root = host.appendChild(element("div", "vv-dims"));
    this.root.setAttribute("role", "group");
    this.root.setAttribute("aria-label", "The code, one slider a latent dimension");
    this.moved = moved; // (dimension, value)
    this.rows = [];
  }

  // densities: {grid (G), q (d, G)} or undefined; the prior's is drawn in any case.
  show({ kl, latent, mu, dead, order, variational }, densities, colours) {
    const key = order.join();
    if (key !== this.key) {
      this.key = key;
      this.rows = order.map((k) => new Row(k, this));
      this.root.replaceChildren(...this.rows.map(({ root }) => root));
      this.root.style.setProperty("--vv-rows", order.length);
      this.by = new Map(this.rows.map((r) => [r.k, r]));
    }
    for (const r of this.rows) {
      const value = kl[r.k],
        figures = value.toFixed(value < 0.1 ? 3 : 2);
      const words = variational === false ? `variance ${figures}` : `KL ${figures} nats`;
      r.show(words, value < dead, reach(mu, r.k, latent), densities, colours);
    }
  }

  // The sliders where the code is, whoever moved it.
  follow(z) {
    for (const r of this.rows) r.put(z[r.k]);
  }

  paint() {
    for (const r of this.rows) r.paint();
  }
}

class Row {
  constructor(k, { moved }) {
    this.k = k;
    this.root = element("label", "vv-dim");
    this.name = this.root.appendChild(element("span", "vv-label", symbol(k)));
    const track = this.root.appendChild(element("span", "vv-track"));
    this.canvas = track.appendChild(element("canvas"));
    this.input = track.appendChild(element("input"));
    this.word = track.appendChild(element("span", "vv-collapsed"));
    this.value = this.root.appendChild(element("output", "vv-value"));
    this.value.setAttribute("aria-live", "off");
    Object.assign(this.input, { type: "range", step: "any", ariaLabel: symbol(k) });
    this.input.dataset.dimension = k;
    this.input.addEventListener("input", () => moved(k, Number(this.input.value)));
    this.input.addEventListener("keydown", (event) => this.key(event, moved));
  }

  key(event, moved) {
    const { key, shiftKey, ctrlKey, metaKey, altKey } = event;
    if (ctrlKey || metaKey || altKey || !(key in ARROWS || key === "Home")) return;
    event.preventDefault();
    this.put(key === "Home" ? 0 : this.at + ARROWS[key] * (shiftKey ? FINE : STEP)); // the next key may come before a frame
    moved(this.k, this.at);
  }

  show(words, dead, range, densities, colours) {
    Object.assign(this, { range, densities, colours, dead });
    Object.assign(this.input, { min: -range, max: range });
    this.root.classList.toggle("vv-dead", dead);
    this.word.textContent = dead ? "collapsed" : "";
    this.root.title =
      `Dimension ${this.k + 1}: ${words}` +
      (dead ? "; it carries nothing, so moving it changes nothing" : "");
    this.said = this.at = NaN;
    this.paint();
  }

  put(value) {
    if (value === this.at) return;
    this.at = value;
    this.input.value = value;
    const text = shown(value);
    if (text === this.said) return;
    this.said = text;
    this.value.textContent = text;
    this.input.setAttribute(
      "aria-valuetext",
      `z ${this.k + 1}: ${text}${this.dead ? ", collapsed" : ""}`,
    );
  }

  paint() {
    const width = this.canvas.clientWidth,
      height = this.canvas.clientHeight,
      ratio = window.devicePixelRatio || 1;
    if (!width || !this.colours) return;
    Object.assign(this.canvas, { width: width * ratio, height: height * ratio });
    const context = this.canvas.getContext("2d"),
      inset = 6; // half a thumb: the ends of its way
    context.scale(ratio, ratio);
    const at = (x) => inset + ((x + this.range) / (2 * this.range)) * (width - 2 * inset);
    const xs = Float32Array.from({ length: 121 }, (_, k) => (k / 60 - 1) * this.range);
    const { grid, q } = this.densities ?? {};
    const curve = q && Array.from(q.subarray(this.k * grid.length, (this.k + 1) * grid.length));
    const prior = Array.from(xs, (x) => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI));
    const up = (height - 3) / Math.min(1.2, Math.max(0.42, ...(curve ?? [])));
    if (curve) this.area(context, grid, curve, at, up, height);
    outline(context, xs, prior, at, up, height);
    context.strokeStyle = this.colours.prior;
    context.lineWidth = 2;
    context.stroke();
  }

  area(context, xs, ys, at, up, height) {
    outline(context, xs, ys, at, up, height);
    context.lineTo(at(xs.at(-1)), height);
    context.lineTo(at(xs[0]), height);
    context.fillStyle = this.dead ? this.colours.dead : this.colours.posterior;
    context.globalAlpha = 0.45;
    context.fill();
    context.globalAlpha = 1;
  }
}

function outline(context, xs, ys, at, up, height) {
  context.beginPath();
  for (let k = 0; k < xs.length; k++)
    context[k ? "lineTo" : "moveTo"](at(xs[k]), height - 1 - up * ys[k]);
}

// How far a slider goes: three prior standard deviations, or as far as the examples lie.
function reach(mu, k, d) {
  let far = 0;
  for (let at = k; at < mu.length; at += d) far = Math.max(far, Math.abs(mu[at]));
  return Math.max(3, Math.ceil(1.05 * far));
}
