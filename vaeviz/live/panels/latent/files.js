// Buttons that request files from the server, and save them when they arrive.

import { button, element } from "../../draw/dom.js";
import { save } from "../../draw/keep.js";

export class Files {
  constructor(host, act) {
    this.root = host.appendChild(element("div", "vv-files"));
    this.act = act; // (name)
    this.saved = new Set();
  }

  // keeps: [{action, label, help}]; files: [{id, name, type, bytes}], each saved once.
  show({ keeps = [], files = [] }) {
    const key = JSON.stringify(keeps);
    if (key !== this.key) {
      this.key = key;
      this.root.replaceChildren(
        ...keeps.map(({ action, label, help }) => button("", label, help, () => this.act(action))),
      );
    }
    for (const { id, name, type, bytes } of files) {
      if (!this.saved.has(id)) save(name, new Blob([bytes], { type }));
      this.saved.add(id);
    }
  }
}
