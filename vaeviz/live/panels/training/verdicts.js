// The verdict on each model of a run, with a link to its diagnosis in a new tab.

import { element, setText } from "../../draw/dom.js";

export class Verdicts {
  constructor(host) {
    this.root = host.appendChild(element("table", "vv-readouts vv-verdicts"));
    this.rows = [];
  }

  // A row each: {name, link: "" without a diagnosis, text, level, help: the reason, step: "" before
  // the first}.
  show(verdicts) {
    while (this.rows.length > verdicts.length) this.rows.pop().root.remove();
    while (this.rows.length < verdicts.length) this.rows.push(new Row(this.root));
    verdicts.forEach((about, k) => this.rows[k].show(about));
  }
}

class Row {
  constructor(table) {
    this.root = table.appendChild(element("tr"));
    const name = this.root.appendChild(element("th"));
    name.scope = "row";
    this.link = name.appendChild(element("a"));
    Object.assign(this.link, { target: "_blank", rel: "noopener" });
    [this.text, this.step] = ["vv-verdict", "vv-measured"].map((kind) =>
      this.root.appendChild(element("td", kind)),
    );
  }

  show({ name, link, text, level, help, step }) {
    this.link.textContent = name;
    if (link) this.link.href = new URL(link, location.href).href;
    else this.link.removeAttribute("href");
    this.root.title = help;
    this.link.setAttribute("aria-label", `${name}: ${help}`);
    if (this.text.textContent !== text) this.text.textContent = text;
    this.text.className = `vv-verdict${level ? ` vv-${level}` : ""}`;
    setText(this.step, step && `@ ${step}`);
  }
}
