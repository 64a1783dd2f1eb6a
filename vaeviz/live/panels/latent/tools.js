// The tools under their tabs: one is open. A tool is one file and one line here, with its name and
// what to notice.

import { Aggregate } from "./aggregate.js";
import { Arithmetic } from "./arithmetic.js";
import { Drawing } from "./drawing.js";
import { Holes } from "./holes.js";
import { Interpolate } from "./interpolate.js";
import { Manifold } from "./manifold.js";
import { Traversals } from "./traversals.js";

const TOOLS = {
  traversals: ["Traversals", Traversals, "Move over the map: the decoder follows the pointer."],
  manifold: ["Manifold", Manifold, "Each picture stands for a place: class turns into class."],
  interpolate: ["Interpolate", Interpolate, "Two ways from A to B: which stays where codes are?"],
  draw: ["Draw your own", Drawing, "Draw: the encoder finds a code, and the decoder copies it."],
  arithmetic: ["Arithmetic", Arithmetic, "Move the strength: one class turns into another."],
  holes: ["Holes: AE and VAE", Holes, "Move over a map: far from the data the pictures break."],
  aggregate: [
    "Prior and aggregate",
    Aggregate,
    "Do all codes together, q(z), cover the prior p(z)?",
  ],
};

export class Tools {
  constructor(page) {
    Object.assign(this, { page, made: new Map(), open: null });
    this.tabs = Object.entries(TOOLS).map(([name, [label, , notice]]) => ({ name, label, notice }));
  }

  // Shows only this tool; builds it when it is first opened. True if it was built.
  show(name) {
    const { root } = this.page;
    const fresh = name !== this.open?.name;
    if (fresh) {
      this.open?.leave();
      this.open?.root.remove();
      this.open = this.made.get(name) ?? this.make(name);
      Object.assign(root.dataset, { wide: String(Boolean(this.open.wide)), tool: name });
      root.appendChild(this.open.root);
    }
    this.open.update();
    return fresh;
  }

  make(name) {
    const [title, Kind] = TOOLS[name];
    const tool = new Kind(this.page, name, title);
    this.made.set(name, tool);
    return tool;
  }
}
