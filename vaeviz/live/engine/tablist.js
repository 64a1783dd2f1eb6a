// A row of tabs, by pointer and by keyboard: arrows, Home and End move along it.

import { button, element } from "../draw/dom.js";

export class Tablist {
  // panel(name, open) => the id of what the tab opens, or "" while that is not in the page;
  // choose(name, time of the event)
  constructor(host, panel, choose) {
    Object.assign(this, { panel, choose, buttons: new Map() });
    this.root = host.appendChild(element("div", "vv-tabs"));
    this.root.setAttribute("role", "tablist");
    this.root.setAttribute("aria-label", "Tools");
    this.root.addEventListener("keydown", (event) => this.key(event));
  }

  // tabs [{name, label}], and the name of the chosen one; the first is open where there is none.
  show(tabs, chosen) {
    for (const { name, label } of tabs)
      if (!this.buttons.has(name)) this.buttons.set(name, this.build(name, label));
    const open = this.buttons.has(chosen) ? chosen : tabs[0].name;
    for (const [name, node] of this.buttons) {
      const panel = this.panel(name, open);
      node.setAttribute("aria-selected", String(name === open));
      node.tabIndex = name === open ? 0 : -1;
      if (panel) node.setAttribute("aria-controls", panel);
      else node.removeAttribute("aria-controls");
    }
    return open;
  }

  build(name, label) {
    const node = button("", label, "", (event) => this.choose(name, event.timeStamp));
    node.setAttribute("role", "tab");
    node.dataset.tool = name;
    return this.root.appendChild(node);
  }

  key(event) {
    const names = [...this.buttons.keys()];
    const at = names.indexOf(event.target.dataset.tool);
    const last = names.length - 1;
    const next = {
      ArrowLeft: at ? at - 1 : last,
      ArrowRight: at < last ? at + 1 : 0,
      Home: 0,
      End: last,
    }[event.key];
    if (at < 0 || next === undefined) return;
    event.preventDefault();
    this.choose(names[next], event.timeStamp);
    this.buttons.get(names[next]).focus();
  }
}
