// A row of tabs, by pointer and by keyboard: arrows, Home and End move along it.

import { element } from "./panels.js";

export class Tablist {
  constructor(host, label, panel, choose) {
    this.panel = panel; // the id of what stands under the open tab
    this.choose = choose; // (name, time of the event)
    this.root = host.appendChild(element("div", "vv-tabs"));
    this.root.setAttribute("role", "tablist");
    this.root.setAttribute("aria-label", label);
    this.root.addEventListener("keydown", (event) => this.key(event));
    this.buttons = new Map();
  }

  // tabs [{name, label}], and the name of the chosen one.
  show(tabs, chosen) {
    for (const { name, label } of tabs)
      if (!this.buttons.has(name)) this.buttons.set(name, this.button(name, label));
    const open = this.buttons.has(chosen) ? chosen : tabs[0].name;
    for (const [name, button] of this.buttons) {
      button.setAttribute("aria-selected", String(name === open));
      button.tabIndex = name === open ? 0 : -1;
    }
  }

  button(name, label) {
    const button = this.root.appendChild(element("button", "", label));
    button.setAttribute("role", "tab");
    button.setAttribute("aria-controls", this.panel);
    button.dataset.tool = name;
    button.addEventListener("click", (event) => this.choose(name, event.timeStamp));
    return button;
  }

  key(event) {
    const names = [...this.buttons.keys()],
      at = names.indexOf(event.target.dataset.tool),
      last = names.length - 1;
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
