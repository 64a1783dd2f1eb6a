// One small window of a page, beside what it explains. Escape closes it, and a press elsewhere,
// unless it `stays`.

import { element } from "./dom.js";

const GAP = 8; // pixels between it and what it explains, and to the window's edge

export class Popover {
  constructor(host, stays = false) {
    this.root = host.appendChild(element("div", "vv-pop"));
    this.root.popover = stays ? "manual" : "auto";
    host.addEventListener("keydown", ({ key }) => {
      if (key === "Escape") this.hide();
    });
    this.root.setAttribute("role", "dialog");
    this.root.addEventListener("toggle", () => {
      if (!this.open) this.gone();
    });
  }

  get open() {
    return this.root.matches(":popover-open");
  }

  // Shows nodes beside `anchor`, or hides them if they stand there already.
  toggle(anchor, name, nodes) {
    if (this.open && this.anchor === anchor) return this.hide();
    this.show(anchor, name, nodes);
  }

  // `closed` is called when it goes, however it goes.
  show(anchor, name, nodes, closed = null) {
    this.hide();
    this.root.replaceChildren(...nodes);
    this.root.setAttribute("aria-label", name);
    this.root.showPopover();
    Object.assign(this, { anchor, closed });
    anchor.setAttribute("aria-expanded", "true");
    this.put(anchor.getBoundingClientRect());
  }

  hide() {
    if (!this.open) return;
    this.root.hidePopover();
    this.gone();
  }

  gone() {
    const { anchor, closed } = this;
    Object.assign(this, { anchor: null, closed: null });
    anchor?.setAttribute("aria-expanded", "false");
    closed?.();
  }

  // Below the anchor or above it, and inside the window.
  put({ left, top, bottom }) {
    const { offsetWidth: width, offsetHeight: height } = this.root;
    const { innerWidth, innerHeight } = window;
    const below = bottom + GAP + height <= innerHeight || top < height + 2 * GAP;
    const y = below ? Math.min(bottom + GAP, innerHeight - height - GAP) : top - GAP - height;
    const x = Math.min(left, innerWidth - width - GAP);
    Object.assign(this.root.style, {
      left: `${Math.max(GAP, x)}px`,
      top: `${Math.max(GAP, y)}px`,
    });
  }
}
