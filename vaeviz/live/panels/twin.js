// A figure whose formulas the browser knows too: it follows the pointer at once, by the user's own
// settings, and the server's message brings axes, words and colours. `twins/NAME.js` has
//   traces(settings, given) => the moving parts of each trace: {x, y, text, ...} or null
//   moved(handle, x, y, settings, given) => settings, once a handle is at this place; optional
//   turned(handle, steps, settings) => settings, once the wheel has turned over it; optional

import { Figure } from "./figure.js";

const MODULES = {
  elbo_over_mean: () => import("../twins/elbo_over_mean.js"),
  estimator_strip: () => import("../twins/estimator_strip.js"),
  estimator_variance: () => import("../twins/estimator_variance.js"),
  evidence_bars: () => import("../twins/evidence_bars.js"),
  held_draw: () => import("../twins/held_draw.js"),
  kl_integrand: () => import("../twins/kl_integrand.js"),
  kl_landscape: () => import("../twins/kl_landscape.js"),
  mixture: () => import("../twins/mixture.js"),
  one_step: () => import("../twins/one_step.js"),
  pixel_densities: () => import("../twins/pixel_densities.js"),
  pixel_losses: () => import("../twins/pixel_losses.js"),
  relaxed_estimates: () => import("../twins/relaxed_estimates.js"),
  relaxed_variance: () => import("../twins/relaxed_variance.js"),
  running_mean: () => import("../twins/running_mean.js"),
  simplex: () => import("../twins/simplex.js"),
  step_densities: () => import("../twins/step_densities.js"),
  stochastic_node: () => import("../twins/stochastic_node.js"),
  toy_posteriors: () => import("../twins/toy_posteriors.js"),
  two_gaussians: () => import("../twins/two_gaussians.js"),
  variance_pull: () => import("../twins/variance_pull.js"),
};
const GRIP = 28; // pixels around a handle that take hold of it

export class Twin extends Figure {
  constructor(host, page) {
    super(host, page);
    const { canvas } = this;
    canvas.addEventListener("pointerdown", (event) => this.take(event));
    canvas.addEventListener("pointermove", (event) => this.drag(event));
    for (const end of ["pointerup", "pointercancel"])
      canvas.addEventListener(end, () => {
        this.held = null;
      });
    // A finger on a handle drags it; elsewhere it scrolls the page.
    const held = (event) => this.grip(event.touches[0]) && event.preventDefault();
    canvas.addEventListener("touchstart", held, { passive: false });
    canvas.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
  }

  fill(content, about) {
    const { name, given } = content.twin;
    if (name !== this.name) this.load(name);
    Object.assign(this, { given, sent: content.figure });
    super.fill({ figure: this.made() ?? content.figure }, about);
    this.canvas.dataset.handles = about.handles?.length ?? 0;
  }

  async load(name) {
    Object.assign(this, { name, maths: null });
    const maths = await MODULES[name]().catch(() => null); // then the server's figures alone
    if (name !== this.name) return;
    this.maths = maths;
    this.follow();
  }

  // The figure at the user's settings.
  made() {
    const { maths, sent, given, page } = this;
    if (!maths) return null;
    const parts = maths.traces(page.settings, given);
    return { ...sent, data: sent.data.map((trace, k) => ({ ...trace, ...parts[k] })) };
  }

  follow() {
    if (!this.maths || !this.frame) return;
    this.figure = this.made();
    this.draw(this.stage.width, this.stage.height);
  }

  // The name of the handle at an event, or undefined.
  grip(event) {
    const { handles = [] } = this.about;
    if (!this.frame) return undefined;
    const [px, py] = this.at(event);
    const away = handles.map(([trace, point]) => {
      const { x, y } = this.figure.data[trace];
      return Math.hypot(this.frame.px(x[point]) - px, this.frame.py(y[point]) - py);
    });
    const least = Math.min(...away);
    return least <= GRIP * this.page.scale ? handles[away.indexOf(least)][2] : undefined;
  }

  take(event) {
    if (event.button || !this.maths?.moved) return;
    this.held = this.grip(event) ?? null;
    if (this.held === null) return;
    this.canvas.setPointerCapture(event.pointerId);
    this.tip.hidden = true;
  }

  drag(event) {
    const { held, frame: f, page } = this;
    if (held === null || held === undefined) {
      if (!event.buttons) this.canvas.style.cursor = this.grip(event) ? "grab" : "";
      return;
    }
    const [px, py] = this.at(event);
    this.set(this.maths.moved(held, f.ux(px), f.uy(py), page.settings, this.given), event);
  }

  wheel(event) {
    const name = this.maths?.turned && this.grip(event);
    if (!name) return;
    event.preventDefault();
    this.set(this.maths.turned(name, Math.sign(event.deltaY), this.page.settings), event);
  }

  set(moved, event) {
    const { settings, message } = this.page;
    const kept = Object.entries(moved).map(([name, value]) => {
      const [low, high] = message.limits?.[name] ?? [-Infinity, Infinity];
      return [name, Number(Math.min(high, Math.max(low, value)).toPrecision(4))];
    });
    this.page.shift({ ...settings, ...Object.fromEntries(kept) }, event.timeStamp);
  }
}
