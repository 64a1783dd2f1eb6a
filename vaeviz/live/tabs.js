// The tools under their tabs: one is open.

import { Aggregate } from "./aggregate.js";
import { Arithmetic } from "./arithmetic.js";
import { Drawing } from "./drawing.js";
import { Holes } from "./holes.js";
import { Interpolate } from "./interpolate.js";
import { Manifold } from "./manifold.js";
import { element } from "./panels.js";
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

export class Tabs {
  constructor(screen) {
    this.screen = screen;
    this.root = screen.root.appendChild(element("div", "vv-tabs"));
    this.root.setAttribute("role", "tablist");
    this.root.setAttribute("aria-label", "Tools");
    this.buttons = new Map(
      Object.entries(TOOLS).map(([name, [title]]) => [name, this.button(name, title)]),
    );
    this.root.addEventListener("keydown", (event) => this.key(event));
    this.tools = new Map();
  }

  button(name, title) {
    const button = this.root.appendChild(element("button", "", title));
    button.setAttribute("role", "tab");
    button.dataset.tool = name;
    button.addEventListener("click", () => this.screen.set("tool", name));
    return button;
  }

  // The chosen tool, and no other; each is built when it is first wanted.
  show() {
    const { screen } = this,
      name = screen.settings.tool in TOOLS ? screen.settings.tool : "traversals";
    for (const [own, button] of this.buttons) {
      button.setAttribute("aria-selected", String(own === name));
      button.tabIndex = own === name ? 0 : -1;
      if (own === name)
        button.setAttribute("aria-controls", `vv-tool-${own}`); // the others are not in the page
      else button.removeAttribute("aria-controls");
    }
    if (name !== this.tool?.name) {
      this.tool?.leave();
      this.tool?.root.remove();
      this.tool = this.tools.get(name) ?? this.make(name);
      Object.assign(screen.root.dataset, { wide: String(Boolean(this.tool.wide)), tool: name });
      screen.root.appendChild(this.tool.root);
      screen.pad.paint(); // a wide tool had taken its place
    }
    this.tool.update();
  }

  make(name) {
    const [title, Kind] = TOOLS[name],
      tool = new Kind(this.screen, name, title);
    this.tools.set(name, tool);
    return tool;
  }

  key(event) {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key],
      names = [...this.buttons.keys()];
    if (!step) return;
    const at = names.indexOf(this.tool?.name),
      next = names[(at + step + names.length) % names.length];
    event.preventDefault();
    this.screen.set("tool", next);
    this.buttons.get(next).focus();
  }
}
