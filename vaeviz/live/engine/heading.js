// The names of page and open tool: on the browser's tab, and in a heading for screen readers.

import { element } from "../draw/dom.js";

export class Heading {
  constructor(host) {
    this.root = host.appendChild(element("h1", "vv-unseen"));
  }

  // A page whose first tool has its own name says it once.
  show({ title = "", tabs = [], tool }) {
    const open = tabs.find(({ name }) => name === tool)?.label;
    const names = [...new Set([open, title])].filter(Boolean);
    const heading = names.join(" · ");
    if (this.root.textContent !== heading) this.root.textContent = heading;
    const tab = [...names, "vaeviz"].join(" · ");
    if (document.title !== tab) document.title = tab;
  }
}
