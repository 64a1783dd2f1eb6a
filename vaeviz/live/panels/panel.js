// A panel: title, legend, source, and its content between them.
//
// A kind of panel is one file with a class (host, page) -> {fill(content), draw(width, height),
// remove()}, and one line here; `settle()`, where there is one, is called with every message.

import { element, legend, setText } from "../draw/dom.js";
import { Figure } from "./figure.js";
import { Images } from "./images.js";
import { Grid } from "./table.js";

const KINDS = { figure: Figure, images: Images, table: Grid }; // by what the content holds
let pen = null; // measures titles

export class Panel {
  constructor(id, host, page) {
    Object.assign(this, { id, page, key: "" });
    this.root = host.appendChild(
      element("section", `vv-panel vv-${id} vv-${id.split("-").at(-1)}`),
    );
    this.title = this.root.appendChild(element("h3", "vv-title"));
    this.stage = this.root.appendChild(element("div", "vv-stage"));
    this.legend = this.root.appendChild(element("div", "vv-legend"));
    this.source = this.root.appendChild(element("p", "vv-source"));
  }

  remove() {
    this.kind?.remove();
    this.root.remove();
  }

  // The same content is the same object: then there is nothing to do.
  fill(content) {
    if (content === this.content) return;
    const Kind = KINDS[Object.keys(KINDS).find((name) => content[name])];
    const about = (this.about = content.figure ? content.figure.layout.meta : content);
    this.content = content;
    this.key = ""; // forces a drawing
    if (!this.title.textContent) this.title.textContent = about.title; // reserves its line
    setText(this.source, about.source);
    legend(this.legend, about.legend ?? []);
    this.root.classList.toggle("vv-steered", Boolean(about.go));
    if (!(this.kind instanceof Kind)) {
      this.kind?.remove();
      this.kind = new Kind(this.stage, this.page);
    }
    this.kind.fill(content, about);
  }

  // Measures all panels before drawing any: one layout, not seven.
  measure() {
    this.size = [this.stage.clientWidth, this.stage.clientHeight];
  }

  draw() {
    const { page, size, content } = this;
    const [width, height] = size;
    if (!width || !height || !content) return;
    const { scale, compact, message } = page;
    const ratio = window.devicePixelRatio;
    const key = [...size, scale, compact, message.theme, ratio, Boolean(window.Plotly)].join();
    if (key !== this.key) {
      this.key = key;
      this.entitle(width);
      this.kind.draw(width, height);
    }
    this.kind.settle?.();
  }

  // The short title where the whole does not fit.
  entitle(width) {
    const { title, short } = this.about;
    const text = short && wide(title, this.page.scale) > width ? short : title;
    if (this.title.textContent !== text) this.title.textContent = text;
    if (this.title.title !== title) this.title.title = title;
  }
}

function wide(title, scale) {
  pen ??= document.createElement("canvas").getContext("2d");
  pen.font = `600 ${16 * scale}px "Source Sans", sans-serif`;
  return pen.measureText(title).width;
}
