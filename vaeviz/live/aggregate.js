// The prior and the aggregate posterior, dimension by dimension, with the KL between them in words.

import { shown } from "./codes.js";
import { plot } from "./lines.js";
import { font, symbol } from "./plane.js";
import { Tool } from "./tool.js";

export class Aggregate extends Tool {
  build() {
    this.toggle = this.button(
      "Contours on the map",
      "The aggregate posterior's density, in the plane of the map",
      () => this.screen.set("contours", this.screen.settings.contours === "on" ? "off" : "on"),
    );
  }

  update() {
    const { extras, settings } = this.screen,
      { aggregate } = extras;
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
    } = this.screen;
    const words =
      aggregate?.kl && Array.from(aggregate.kl, (kl, k) => `dimension ${k + 1}: ${shown(kl)} nats`);
    return `Densities of prior and aggregate posterior in ${model.latent} dimensions. ${words?.join(", ") ?? ""}`;
  }

  draw(context, width, height) {
    const {
      model,
      extras: { densities, aggregate },
      colours,
      scale,
    } = this.screen;
    if (!densities) return;
    const { order } = model,
      d = order.length;
    const across = d <= 2 ? d : d <= 6 ? 2 : d <= 12 ? 3 : 4,
      down = Math.ceil(d / across),
      head = 22 * scale;
    const w = width / across,
      h = (height - head) / down,
      { grid, q } = densities,
      high = this.top(densities);
    key(context, colours, scale, model.variational === false);
    const prior = Array.from(grid, (x) => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI));
    order.forEach((k, n) => {
      const box = {
        left: (n % across) * w,
        top: head + Math.floor(n / across) * h,
        width: w - 8,
        height: h,
      };
      const mine = q.subarray(k * grid.length, (k + 1) * grid.length),
        kl = aggregate?.kl?.[k];
      this.one(context, box, {
        grid,
        prior,
        mine,
        high,
        title: kl === undefined ? symbol(k) : this.title(k, across > 2),
        bare: across > 2,
      });
    });
  }

  title(k, short) {
    const { kl, error } = this.screen.extras.aggregate;
    return short
      ? `${symbol(k)}: ${shown(kl[k], 3)}`
      : `${symbol(k)}: ${shown(kl[k], 3)}${error ? ` ± ${shown(error[k], 3)}` : ""}`;
  }

  one(context, box, { grid, prior, mine, high, title, bare }) {
    const { colours, scale } = this.screen,
      series = [
        { x: grid, y: mine, colour: colours.posterior, fill: true },
        { x: grid, y: mine, colour: colours.posterior, width: 1.5 },
        { x: grid, y: prior, colour: colours.prior },
      ];
    plot(context, box, series, {
      title,
      low: 0,
      high,
      x: [grid[0], grid.at(-1)],
      digits: 1,
      bare,
      colours,
      scale,
    });
  }

  // Room for every curve, but a spike is cut off.
  top({ q }) {
    return Math.min(1.2, Math.max(0.45, ...q));
  }
}

// An autoencoder's codes have a density, but no aggregate posterior and no KL.
function key(context, colours, scale, plain) {
  Object.assign(context, {
    font: font({ scale }, 16, 600),
    textBaseline: "middle",
    textAlign: "left",
  });
  context.fillStyle = colours.prior;
  context.fillText("prior p(z)", 0, 10 * scale);
  context.fillStyle = colours.posterior;
  context.fillText(
    plain ? "density of the codes" : "aggregate posterior q(z)",
    90 * scale,
    10 * scale,
  );
  if (plain) return;
  Object.assign(context, { font: font({ scale }), fillStyle: colours.soft });
  context.fillText("KL(q(zⱼ)‖p) in nats", 282 * scale, 10 * scale);
}
