// One small window of a page, beside what it explains. Escape closes it, and a press elsewhere,
// unless it `stays`.

import { element } from "./dom.js";

const PARTS = ".vv-panel, .vv-pad, .vv-view, .vv-latent .vv-tool, .vv-side"; // never covered by it
const GAP = 8; // pixels between it and what it explains, and to the window's edge

export class Popover {
  constructor(host, stays = false) {
    this.root = host.appendChild(element("div", "vv-pop"));
    this.root.popover = stays ? "manual" : "auto";
    const heard = stays ? document : host; // what stays may have lost the focus to the page
    heard.addEventListener("keydown", ({ key }) => {
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
    this.put(around(anchor), anchor.getBoundingClientRect());
  }

  // To the window's lower edge, whatever it explains.
  sink() {
    this.root.style.top = `${window.innerHeight - this.root.offsetHeight - GAP}px`;
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

  // Beside the part of the page where there is room, else at the anchor; inside the window.
  put(part, anchor) {
    const { offsetWidth: width, offsetHeight: height } = this.root;
    const { innerWidth, innerHeight } = window;
    const [x, y] = beside(part, anchor, width, height, innerWidth, innerHeight);
    const within = (at, size, whole) => Math.max(GAP, Math.min(at, whole - size - GAP));
    Object.assign(this.root.style, {
      left: `${within(x, width, innerWidth)}px`,
      top: `${within(y, height, innerHeight)}px`,
    });
  }
}

// Where a window of this size stands: right of the part, left of it, below, above; without a part,
// or room beside it, below the anchor or above.
export function beside(part, anchor, width, height, wide, tall) {
  const right = part && part.right + 2 * GAP + width <= wide;
  if (right) return [part.right + GAP, part.top];
  if (part && part.left >= width + 2 * GAP) return [part.left - GAP - width, part.top];
  const one = part && fits(part, height, tall) ? part : anchor;
  const below = one.bottom + GAP + height <= tall || one.top < height + 2 * GAP;
  return [one.left, below ? one.bottom + GAP : one.top - GAP - height];
}

function fits({ top, bottom }, height, tall) {
  return bottom + 2 * GAP + height <= tall || top >= height + 2 * GAP;
}

// The part of the page that an anchor stands in, or is.
function around(anchor) {
  const box = anchor.closest(PARTS)?.getBoundingClientRect();
  return box?.width ? box : null;
}
