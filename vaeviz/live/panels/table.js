// A table in a panel: cells are only text, and only changed ones are written.

import { element, setText } from "../draw/dom.js";

const SMALLER = ["vv-snug", "vv-tight"]; // sizes of type, in base.css

export class Grid {
  constructor(host) {
    this.root = host.appendChild(element("div", "vv-grid"));
    this.root.tabIndex = 0; // a long table scrolls, by keyboard too
    this.root.setAttribute("role", "region");
    this.table = this.root.appendChild(element("table"));
    this.caption = this.table.appendChild(element("caption"));
    this.head = this.table.appendChild(element("thead")).appendChild(element("tr"));
    this.body = this.table.appendChild(element("tbody"));
  }

  // `alt` states the finding: a screen reader says it before the cells.
  fill({ alt, table: { columns, rows, links = [], levels = [] } }) {
    if (this.caption.textContent !== alt) this.caption.textContent = alt;
    this.root.setAttribute("aria-label", alt);
    this.fit(this.head, columns.length, () => heading("col"));
    this.fit(this.body, rows.length, () => element("tr"));
    columns.forEach((text, c) => {
      const cell = this.head.children[c];
      setText(cell, text);
      cell.toggleAttribute("role", text === "");
      if (text === "") cell.setAttribute("role", "presentation"); // heads nothing
    });
    rows.forEach((cells, r) => {
      const row = this.body.children[r];
      row.className = levels[r] ? `vv-${levels[r]}` : "";
      this.fit(row, cells.length, (c) => (c ? element("td") : heading("row")));
      cells.forEach((text, c) =>
        setText(c ? row.children[c] : named(row.firstElementChild, links[r]), text),
      );
    });
  }

  // Smaller where it would scroll, and so until its place has another size: no value that changes
  // makes it smaller and larger.
  draw(width, height) {
    const size = `${width} ${height}`;
    if (size !== this.size) this.root.classList.remove(...SMALLER);
    this.size = size;
    for (const name of SMALLER) if (this.scrolls) this.root.classList.add(name);
  }

  get scrolls() {
    const { scrollWidth, clientWidth, scrollHeight, clientHeight } = this.root;
    return scrollWidth > clientWidth + 1 || scrollHeight > clientHeight + 1;
  }

  remove() {
    this.root.remove();
  }

  // Sets the number of children; the remaining ones stay, so that nothing flickers.
  fit(parent, count, make) {
    while (parent.childElementCount > count) parent.lastElementChild.remove();
    while (parent.childElementCount < count) parent.appendChild(make(parent.childElementCount));
  }
}

// The element of a row's name: its cell, or a link in it to another page, in a new tab.
function named(cell, link) {
  let anchor = cell.querySelector("a");
  if (!link) {
    anchor?.remove();
    return cell;
  }
  if (!anchor) {
    cell.textContent = "";
    anchor = cell.appendChild(element("a"));
    Object.assign(anchor, { target: "_blank", rel: "noopener" });
  }
  const url = new URL(link, location.href);
  if (anchor.href !== url.href && url.origin === location.origin) anchor.href = url.href;
  return anchor;
}

function heading(scope) {
  const cell = element("th");
  cell.scope = scope;
  return cell;
}
