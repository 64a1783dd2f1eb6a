// The tools under their tabs: one is open. A tool is one file and one line here.

import { Aggregate } from "./aggregate.js";
import { Arithmetic } from "./arithmetic.js";
import { Drawing } from "./drawing.js";
import { Holes } from "./holes.js";
import { Interpolate } from "./interpolate.js";
import { Manifold } from "./manifold.js";
import { Traversals } from "./traversals.js";

const TOOLS = {
  traversals: ["Traversals", Traversals],
  manifold: ["Manifold", Manifold],
  interpolate: ["Interpolate", Interpolate],
  draw: ["Draw your own", Drawing],
  arithmetic: ["Arithmetic", Arithmetic],
  holes: ["Holes: AE and VAE", Holes],
  aggregate: ["Prior and aggregate", Aggregate],
};

export class Tools {
  constructor(page) {
    Object.assign(this, { page, made: new Map(), open: null });
    this.tabs = Object.entries(TOOLS).map(([name, [label]]) => ({ name, label }));
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
