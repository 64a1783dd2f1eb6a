// The prior and the aggregate posterior per dimension, with the KL between them in words.

import { plot } from "../../draw/lines.js";
import { shown, symbol } from "../../draw/numbers.js";
import { font } from "../../draw/plane.js";
import { normal } from "../../nets/codes.js";
import { Tool } from "./tool.js";

const GAP = 14; // between the words of the key
const LEAST = 12; // size of their letters

export class Aggregate extends Tool {
  build() {
    this.toggle = this.button(
      "Contours on the map",
      "The aggregate posterior's density, in the plane of the map",
      () => this.page.set("contours", this.page.settings.contours === "on" ? "off" : "on"),
    );
  }

  update() {
    const { extras, settings } = this.page;
    const { aggregate } = extras;
    this.toggle.setAttribute("aria-pressed", String(settings.contours === "on"));
    this.toggle.disabled = !extras.contours;
    this.say(
      aggregate?.text ?? (extras.densities ? "" : "Measuring the aggregate posterior …"),
      this.alt(),
    );
    this.stage.paint();
  }

  alt() {
    const {
      model,
      extras: { aggregate },
    } = this.page;
    const words =
      aggregate?.kl && Array.from(aggregate.kl, (kl, k) => `dimension ${k + 1}: ${shown(kl)} nats`);
    const what = `Densities of prior and aggregate posterior in ${model.latent} dimensions`;
    return `${what}. ${words?.join(", ") ?? ""}`;
  }

  draw(context, width, height) {
    const { model, extras, colours, scale } = this.page;
    const { densities, aggregate } = extras;
    if (!densities) return;
    const { order } = model;
    const d = order.length;
    const across = d <= 2 ? d : d <= 6 ? 2 : d <= 12 ? 3 : 4;
    const down = Math.ceil(d / across);
    const head = 22 * scale;
    const w = width / across;
    const h = (height - head) / down;
    const { grid, q } = densities;
    const high = this.top(densities);
    key(context, colours, scale, model.variational === false, width);
    const prior = Array.from(grid, normal);
    order.forEach((k, n) => {
      const [left, top] = [(n % across) * w, head + Math.floor(n / across) * h];
      const box = { left, top, width: w - 8, height: h };
      const density = q.subarray(k * grid.length, (k + 1) * grid.length);
      const kl = aggregate?.kl?.[k];
      const bare = across > 2;
      const title = kl === undefined ? symbol(k) : this.title(k, bare);
      this.one(context, box, { grid, prior, density, high, title, bare });
    });
  }

  title(k, short) {
    const { kl, error } = this.page.extras.aggregate;
    const doubt = error && !short ? ` ± ${shown(error[k], 3)}` : "";
    return `${symbol(k)}: ${shown(kl[k], 3)}${doubt}`;
  }

  one(context, box, { grid, prior, density, high, title, bare }) {
    const { colours, scale } = this.page;
    const series = [
      { x: grid, y: density, colour: colours.posterior, fill: true },
      { x: grid, y: density, colour: colours.posterior, width: 1.5 },
      { x: grid, y: prior, colour: colours.prior },
    ];
    const x = [grid[0], grid.at(-1)];
    plot(context, box, series, { title, low: 0, high, x, digits: 1, bare, colours, scale });
  }

  // The height of every curve, without spikes.
  top({ q }) {
    return Math.min(1.2, Math.max(0.45, ...q));
  }
}

// An autoencoder's codes have a density, but no aggregate posterior and no KL. As large as there is
// room for.
function key(context, { prior, posterior, soft }, scale, plain, width) {
  const words = [
    ["prior p(z)", prior, 600],
    [plain ? "density of the codes" : "aggregate posterior q(z)", posterior, 600],
    ...(plain ? [] : [["KL(q(zⱼ)‖p) in nats", soft, 400]]),
  ];
  const wide = (size) =>
    words.map(([text, , weight]) => {
      context.font = font({ scale }, size, weight);
      return context.measureText(text).width;
    });
  const full = wide(16).reduce((sum, w) => sum + w, 0) + 2 * GAP * scale;
  const size = Math.max(LEAST, Math.min(16, (16 * width) / full));
  const gap = (GAP * scale * size) / 16;
  Object.assign(context, { textBaseline: "middle", textAlign: "left" });
  let left = 0;
  wide(size).forEach((w, k) => {
    const [text, colour, weight] = words[k];
    Object.assign(context, { font: font({ scale }, size, weight), fillStyle: colour });
    if (left + w <= width + 1) context.fillText(text, left, 10 * scale);
    left += w + gap;
  });
}
