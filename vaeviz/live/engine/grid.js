// The panels of a page, in the places that the server gives them.

import { ordered } from "../draw/dom.js";
import { load } from "../draw/plotly.js";
import { Panel } from "../panels/panel.js";

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

  // Some of the panels: all stand in their places, and are measured, before any is drawn.
  draw(contents, ids) {
    const panels = ids.map((id) => this.panels.get(id));
    for (const panel of panels) panel.fill(contents[panel.id]);
    redrawn(panels);
    if (!window.Plotly) this.loadPlotly();
  }

  redraw() {
    redrawn([...this.panels.values()]);
  }

  // The axes wait for the first picture of the marks.
  loadPlotly() {
    const redraw = () => this.redraw();
    requestAnimationFrame(() => setTimeout(() => load().then(redraw, () => {})));
  }
}

function redrawn(panels) {
  for (const panel of panels) panel.measure();
  for (const panel of panels) panel.draw();
}
