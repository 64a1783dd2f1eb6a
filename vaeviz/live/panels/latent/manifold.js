// The plane of the map as pictures, decoded at the prior's quantiles: each has an equal share of
// it.

import { quantile } from "../../nets/codes.js";
import { Grid } from "./grid.js";
import { Tool } from "./tool.js";

export class Manifold extends Tool {
  build() {
    this.grid = new Grid(this, (r, c) => {
      this.grid.content.code(r, c, this.z);
      this.page.go(this.z);
    });
    this.sides = 15;
    const size = this.number("pictures per side", "sides", { min: 5, max: 25, step: 2 });
    size.value = this.sides;
    size.addEventListener("change", () => {
      this.sides = Math.round(Number(size.value));
      this.update();
    });
  }

  update() {
    const { model, view, z } = this.page;
    const n = this.sides;
    const at = Array.from({ length: n }, (_, k) => quantile((k + 0.5) / n));
    this.shown = "";
    const decoded = Boolean(view.circles || view.line);
    this.bare(!decoded);
    if (this.z?.length !== model.latent) this.z = new Float32Array(model.latent);
    const [cx, cy] = view.circles ?? [0, 0];
    const base = z.slice();
    this.say(
      decoded
        ? `Decoded at the prior's quantiles 1/${2 * n}, 3/${2 * n}, …: every picture stands for ` +
            `the same share of the prior.${view.line ? "" : " The other dimensions stay at the point."}`
        : "The t-SNE map cannot be decoded: choose dimensions or principal axes.",
    );
    if (!decoded) return this.stage.fresh();
    this.grid.show({
      rows: view.line ? 1 : n,
      columns: n,
      whole: true,
      code: (r, c, out) => {
        out.set(base);
        view.lift(cx + at[c], cy + at[n - 1 - r], out);
      },
    });
  }

  // The plane stays while the point moves in it, and changes with its other coordinates.
  moved() {
    const { z, view } = this.page;
    const dims = view.dims ?? [];
    const rest = z.filter((_, k) => !dims.includes(k)).join();
    if (this.shown !== rest && !(this.shown === "" && z.length <= 2)) {
      this.update();
      this.shown = rest;
    }
  }

  draw(context, width, height) {
    const { circles, line } = this.page.view;
    if (circles || line) this.grid.draw(context, width, height);
  }
}
