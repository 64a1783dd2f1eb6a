// The read-outs under the controls: a row each, rebuilt only when one has changed.

import { element } from "../draw/dom.js";

export class Readouts {
  constructor() {
    this.root = element("table", "vv-readouts");
    this.caption = element("caption", "", "Read-outs");
  }

  // Rows [label, value, help, level]; value and level are one text, or one for each twin.
  show(rows) {
    const key = JSON.stringify(rows);
    if (key === this.key) return;
    this.key = key;
    this.root.replaceChildren(this.caption, ...rows.map(built));
  }
}

function built([label, value, help, level]) {
  const row = element("tr");
  const head = row.appendChild(element("th", "", label));
  const levels = [level].flat();
  row.title = help;
  head.scope = "row";
  row.append(
    ...[value].flat().map((text, k) => element("td", levels[k] ? `vv-${levels[k]}` : "", text)),
  );
  return row;
}
