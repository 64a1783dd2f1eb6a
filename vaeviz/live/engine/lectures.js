// The list of lectures, in a window beside its button: choose one, or load a file of one's own.

import { button, element, status } from "../draw/dom.js";
import { Popover } from "../draw/popover.js";

const LARGEST = 128 * 1024; // characters of a file

export class Menu {
  // lecture: {act(asked)}
  constructor(page, lecture) {
    Object.assign(this, { page, lecture });
    this.pop = new Popover(page.root);
    this.list = element("ul", "vv-lectures");
    this.refused = status("p", "vv-refused");
    this.file = Object.assign(element("input"), { type: "file", accept: ".toml" });
    this.file.addEventListener("change", () => this.load());
  }

  get open() {
    return this.pop.open;
  }

  toggle(anchor) {
    if (this.open) return this.pop.hide();
    const label = element("label", "vv-own", "A lecture of your own (TOML): ");
    label.append(this.file);
    const nodes = [element("h3", "", "Lectures"), this.list, label, this.refused];
    this.list.replaceChildren(element("li", "", "…"));
    this.key = "";
    this.pop.show(anchor, "Lectures", nodes);
    this.page.channel.push();
  }

  // With every message; `lectures` is there while the menu is open.
  show(lectures, refused) {
    if (this.refused.textContent !== refused) this.refused.textContent = refused;
    const key = JSON.stringify(lectures);
    if (!lectures || key === this.key) return;
    this.key = key;
    this.list.replaceChildren(...lectures.map((each) => this.row(each)));
  }

  // A lecture of an address that can't be opened: the list, and why.
  tell(refused) {
    if (refused === this.told) return;
    this.told = refused;
    if (!this.open) this.toggle(this.page.root.querySelector(".vv-course"));
  }

  row({ name, title, about, minutes, steps, fault }) {
    const row = element("li");
    if (fault) row.append(element("strong", "", title), element("p", "vv-refused", fault));
    else {
      const begin = button("vv-answer", title, "", () => this.begin({ begin: name }));
      row.append(begin, element("p", "", `${about} Steps: ${steps}, minutes: ${minutes}.`.trim()));
    }
    return row;
  }

  begin(asked) {
    this.pop.hide();
    this.lecture.act(asked);
  }

  // A file that is refused leaves the menu open, with the line that says why.
  async load() {
    const [file] = this.file.files;
    if (!file) return;
    this.file.value = "";
    if (file.size > LARGEST) {
      this.refused.textContent = `This file has over ${LARGEST / 1024} KiB: split it in two.`;
      return;
    }
    this.lecture.act({ file: await file.text() });
  }
}
