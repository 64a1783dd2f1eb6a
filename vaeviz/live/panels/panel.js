// The panels of a page, in the places that the server gives them. Each has a title, legend, source,
// and between them whatever its content holds.
//
// A kind of panel is one file with a class (host, page) -> {fill(content), draw(width, height),
// remove()}, and one line here or an `offer`; where there is one, `settle()` is called with every
// message, `explain()` when the page's texts are there, and `follow()` when a setting has moved.

import { button, element, legend, ordered, setText } from "../draw/dom.js";
import { load } from "../draw/plotly.js";
import { Figure } from "./figure.js";
import { Images } from "./images.js";
import { Grid } from "./table.js";

const KINDS = { twin: null, figure: Figure, images: Images, table: Grid }; // by what it holds
const WHY = 28; // pixels of the "?" and its gap
let pen = null; // measures titles

// One more kind, of a page that has its own.
export function offer(name, Kind) {
  KINDS[name] = Kind;
}

export class PanelGrid {
  // page: as a panel needs it; place(id) => the element in which the panel of this name stands
  constructor(page, place) {
    Object.assign(this, { page, place, panels: new Map() });
  }

  get size() {
    return this.panels.size;
  }

  // These panels and no others; with `rows`, each where they name it, else two per row.
  show(contents, { columns = "1fr 1fr", rows } = {}) {
    for (const [id, panel] of this.panels) {
      if (id in contents) continue;
      panel.remove();
      this.panels.delete(id);
    }
    const ids = Object.keys(contents);
    for (const id of ids)
      if (!this.panels.has(id)) this.panels.set(id, new Panel(id, this.place(id), this.page));
    if (rows) this.arrange(columns, rows, ids);
    this.draw(contents, ids);
  }

  // The texts are there: a "?" takes room from its title, which may need a line more or less.
  explain() {
    for (const panel of this.panels.values()) panel.explain();
    this.redraw();
  }

  // The user's settings have moved; the server's answer is still on its way.
  follow() {
    for (const panel of this.panels.values()) panel.kind?.follow?.();
  }

  arrange(columns, rows, ids) {
    const host = this.place();
    for (const id of ids) this.panels.get(id).root.style.gridArea = rows.length ? id : "";
    ordered(
      host,
      ids.map((id) => this.panels.get(id).root),
    );
    const key = JSON.stringify([columns, rows]);
    if (key === this.arranged) return;
    this.arranged = key;
    Object.assign(host.style, {
      gridTemplateColumns: columns,
      gridTemplateAreas: rows.map(([areas]) => `"${areas}"`).join(" "),
      gridTemplateRows: rows.map(([, height]) => height).join(" "),
    });
  }

  // Some of the panels, which all stand in their places.
  draw(contents, ids) {
    const panels = ids.map((id) => this.panels.get(id));
    for (const panel of panels) panel.fill(contents[panel.id]);
    this.redraw(panels);
    if (!window.Plotly && ids.some((id) => contents[id].figure)) this.loadPlotly();
    if (!KINDS.twin && ids.some((id) => contents[id].twin)) this.loadTwins();
  }

  // Until they are there, the server's figures stand in.
  async loadTwins() {
    const { Twin } = await import("./twin.js");
    KINDS.twin = Twin;
    for (const panel of this.panels.values()) if (panel.content?.twin) panel.refill();
  }

  // All panels are measured before any is drawn: one layout, not seven. A title may take a line
  // more or less, so it comes first.
  redraw(panels = [...this.panels.values()]) {
    const widths = panels.map((panel) => panel.root.clientWidth);
    panels.forEach((panel, k) => panel.entitle(widths[k]));
    for (const panel of panels) panel.measure();
    for (const panel of panels) panel.draw();
  }

  // The axes wait for the first picture of the marks.
  loadPlotly() {
    const redraw = () => this.redraw();
    requestAnimationFrame(() => setTimeout(() => load().then(redraw, () => {})));
  }
}

class Panel {
  constructor(id, host, page) {
    Object.assign(this, { id, page, key: "" });
    this.root = host.appendChild(
      element("section", `vv-panel vv-${id} vv-${id.split("-").at(-1)}`),
    );
    const top = this.root.appendChild(element("div", "vv-top"));
    const head = top.appendChild(element("div", "vv-titled"));
    this.title = head.appendChild(element("h3", "vv-title"));
    this.why = head.appendChild(
      button("vv-why", "?", "", () => page.reading.ask(this.why, id, this.about.title)),
    );
    this.why.setAttribute("aria-haspopup", "dialog");
    this.legend = top.appendChild(element("div", "vv-legend"));
    this.stage = this.root.appendChild(element("div", "vv-stage"));
    this.source = this.root.appendChild(element("p", "vv-source"));
  }

  remove() {
    this.kind?.remove();
    this.root.remove();
  }

  // The same content is the same object: then there is nothing to do.
  fill(content) {
    if (content === this.content) return;
    const Kind = KINDS[Object.keys(KINDS).find((name) => content[name] && KINDS[name])];
    const about = (this.about = content.figure ? content.figure.layout.meta : content);
    this.content = content;
    this.key = ""; // forces a drawing
    if (!this.title.textContent) this.title.textContent = about.title; // reserves its line
    setText(this.source, about.source);
    legend(this.legend, about.legend ?? []);
    this.explain();
    this.root.classList.toggle("vv-steered", Boolean(about.go));
    if (!(this.kind instanceof Kind)) {
      this.kind?.remove();
      this.kind = new Kind(this.stage, this.page);
    }
    this.kind.fill(content, about);
  }

  refill() {
    const { content } = this;
    this.content = null;
    this.fill(content);
    this.draw();
  }

  // The "?" is there where there is a text.
  explain() {
    this.why.hidden = !this.page.reading.has(this.id);
    this.kind?.explain?.();
    const label = `Explain: ${this.about?.title ?? ""}`;
    if (this.why.ariaLabel !== label) this.why.ariaLabel = label;
  }

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
      this.kind.draw(width, height);
    }
    this.kind.settle?.();
  }

  // The short title where the whole does not fit.
  entitle(width) {
    if (!width || !this.about) return;
    const { title, short } = this.about;
    const room = width - (this.why.hidden ? 0 : WHY * this.page.scale);
    const text = short && wide(title, this.page.scale) > room ? short : title;
    if (this.title.textContent !== text) this.title.textContent = text;
    if (this.title.title !== title) this.title.title = title;
  }
}

function wide(title, scale) {
  pen ??= document.createElement("canvas").getContext("2d");
  pen.font = `600 ${16 * scale}px "Source Sans", sans-serif`;
  return pen.measureText(title).width;
}
