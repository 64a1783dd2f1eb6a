// The page "Collapse": a board whose panels are those of the tool under the chosen tab.
//
// Beyond what every board gets: tabs [{name, label}], tool: the open one's name, notice: what to see there,
// columns and rows [[areas, height]]: where its panels go, limits {beta, sigma2, d: [low, high]} for a hand on a plane,
// wait: ms until it asks again, where what it shows goes on by itself.

import { Board } from "./board.js";
import { Controls } from "./controls.js";
import { steered } from "./knobs.js";
import { ordered } from "./order.js";
import { element, Panel } from "./panels.js";
import { unpack } from "./payload.js";
import { mounted } from "./screen.js";
import { Tablist } from "./tablist.js";

const HIDDEN = 10000; // ms between questions while nobody looks

export function mount({ data, parentElement, setStateValue }) {
  const collapse = mounted(Collapse, parentElement);
  collapse.send = (state) => setStateValue("live", state);
  if (data) collapse.receive(unpack(data));
}

class Collapse extends Board {
  constructor(parent) {
    super(parent, "vv-collapse");
    this.group = this.side.appendChild(element("div", "vv-group"));
    this.controls = new Controls(
      () => this.group,
      (...change) => this.changed(...change),
    );
    this.tabs = new Tablist(this.root, "Tools", "vv-collapse-tool", (name, time) =>
      this.open(name, time),
    );
    this.tool = this.root.appendChild(element("div", "vv-tool"));
    Object.assign(this.tool, { id: "vv-collapse-tool", role: "tabpanel" });
  }

  receive(message) {
    super.receive(message);
    clearTimeout(this.following);
    if (typeof message.wait !== "number" || message.pending) return;
    this.following = setTimeout(() => this.ask(), document.hidden ? HIDDEN : message.wait);
  }

  paint() {
    const { tabs, tool, columns, rows } = this.message;
    this.tabs.show(tabs, this.settings.tool);
    this.root.dataset.tool = tool;
    this.tool.setAttribute("aria-label", tabs.find(({ name }) => name === tool).label);
    this.arrange(columns, rows);
    super.paint();
    this.keep(this.message.controls);
  }

  // Built anew where others are offered; the line stays, and so does the focus.
  paintBar() {
    const { scenes } = this.message,
      key = scenes.map(({ name }) => name).join("\n");
    if (key !== this.barKey) this.rebuildBar(scenes, key);
    scenes.forEach(({ notice }, k) => {
      this.scenes[k].title = notice;
    });
    this.explain();
  }

  rebuildBar(scenes, key) {
    const focus = this.bar.contains(document.activeElement) && document.activeElement.textContent;
    this.barKey = key;
    this.bar.replaceChildren();
    this.buildBar(
      scenes,
      (scene, time) => this.jump(scene, time),
      "Copy a link that opens this very view",
    );
    [...this.bar.children].find(({ textContent }) => textContent === focus)?.focus();
  }

  get about() {
    return this.message.notice;
  }

  // The panels' places: named areas, or two a row in their order.
  arrange(columns, rows) {
    const key = JSON.stringify([columns, rows]);
    if (key === this.arranged) return;
    this.arranged = key;
    Object.assign(this.tool.style, {
      gridTemplateColumns: columns,
      gridTemplateAreas: rows.map(([areas]) => `"${areas}"`).join(" "),
      gridTemplateRows: rows.map(([, height]) => height).join(" "),
    });
  }

  // Each in its place before any is measured and drawn.
  paintPanels(contents) {
    const roots = Object.keys(contents).map((id) => {
      if (!this.panels.has(id)) this.panels.set(id, new Panel(id, this.tool, this));
      return this.panels.get(id).root;
    });
    Object.keys(contents).forEach((id, k) => {
      roots[k].style.gridArea = this.message.rows.length ? id : "";
    });
    ordered(this.tool, roots);
    super.paintPanels(contents);
  }

  // Only the open tool's controls are to be seen, in its order.
  keep(specs) {
    const shown = specs.map(({ name }) => this.controls.fields.get(name).root);
    for (const { root } of this.controls.fields.values()) root.hidden = !shown.includes(root);
    ordered(this.group, shown);
  }

  open(tool, time) {
    this.tabs.show(this.message.tabs, tool);
    this.request({ ...this.settings, tool }, time);
  }

  // The hand on a plane whose axes are settings; one without a value stays.
  went({ x, y }, across, up, time) {
    const settings = steered(this.settings, { [x]: across, [y]: up }, this.message.limits);
    const moved = Object.keys(settings).filter((name) => settings[name] !== this.settings[name]);
    if (!moved.length) return;
    this.request(settings, time);
    this.controls.update(
      this.message.controls.filter(({ name }) => moved.includes(name)),
      settings,
    );
  }
}
