// One slider per latent dimension, over the prior's density and the examples'. The largest KL (of
// an autoencoder: variance) comes first.

import { element } from "../../draw/dom.js";
import { shown, symbol } from "../../draw/numbers.js";
import { normal } from "../../nets/codes.js";

const STEP = 0.1; // prior standard deviations
const FINE = 0.01; // with the shift key
const INSET = 6; // pixels: half a thumb, at both ends
const ARROWS = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 };

export class Dimensions {
  constructor(host, moved) {
    this.root = host.appendChild(element("div", "vv-dims"));
    this.root.setAttribute("role", "group");
    this.root.setAttribute("aria-label", "The code, one slider per latent dimension");
    this.moved = moved; // (dimension, value)
    this.rows = [];
  }

  // densities: {grid (G), q (d, G)} or undefined; the prior's is always drawn.
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
      const value = kl[r.k];
      const figures = value.toFixed(value < 0.1 ? 3 : 2);
      const words = variational === false ? `variance ${figures}` : `KL ${figures} nats`;
      r.show(words, value < dead, reach(mu, r.k, latent), densities, colours);
    }
  }

  // Moves the sliders to the code, whatever moved it.
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
    // At once, as the next key may come before a frame.
    this.put(key === "Home" ? 0 : this.at + ARROWS[key] * (shiftKey ? FINE : STEP));
    moved(this.k, this.at);
  }

  show(words, dead, range, densities, colours) {
    Object.assign(this, { range, densities, colours, dead });
    Object.assign(this.input, { min: -range, max: range });
    this.root.classList.toggle("vv-dead", dead);
    this.word.textContent = dead ? "collapsed" : "";
    this.root.title =
      `Dimension ${this.k + 1}: ${words}` +
      (dead ? "; it carries hardly any information, but moving it can change pixels" : "");
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
    const width = this.canvas.clientWidth;
    const height = this.canvas.clientHeight;
    const ratio = window.devicePixelRatio || 1;
    if (!width || !this.colours) return;
    Object.assign(this.canvas, { width: width * ratio, height: height * ratio });
    const context = this.canvas.getContext("2d");
    context.scale(ratio, ratio);
    const { grid, q } = this.densities ?? {};
    const curve = q?.subarray(this.k * grid.length, (this.k + 1) * grid.length);
    densities(context, width, height, { ...this, grid, curve });
  }
}

// The examples' density, if any, as an area under the prior's line.
export function densities(context, width, height, { range, grid, curve, dead, colours }) {
  const at = (x) => INSET + ((x + range) / (2 * range)) * (width - 2 * INSET);
  const up = (height - 3) / Math.min(1.2, Math.max(0.42, ...(curve ?? [])));
  const line = (xs, ys) => {
    context.beginPath();
    for (let k = 0; k < xs.length; k++)
      context[k ? "lineTo" : "moveTo"](at(xs[k]), height - 1 - up * ys[k]);
  };
  if (curve) {
    line(grid, curve);
    context.lineTo(at(grid.at(-1)), height);
    context.lineTo(at(grid[0]), height);
    context.fillStyle = dead ? colours.dead : colours.posterior;
    context.globalAlpha = 0.45;
    context.fill();
    context.globalAlpha = 1;
  }
  const xs = Array.from({ length: 121 }, (_, k) => (k / 60 - 1) * range);
  line(xs, xs.map(normal));
  Object.assign(context, { strokeStyle: colours.prior, lineWidth: 2 });
  context.stroke();
}

// A slider's range: three prior standard deviations, or as far as the examples.
function reach(mu, k, d) {
  let far = 0;
  for (let at = k; at < mu.length; at += d) far = Math.max(far, Math.abs(mu[at]));
  return Math.max(3, Math.ceil(1.05 * far));
}
