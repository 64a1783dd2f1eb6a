// A page: bar, controls, read-outs and notes at the side, the tools' tabs, and a grid of panels. It
// serves every chapter that has nothing of its own to do in the browser.
//
// A message (channel.js has what belongs to the talk itself): theme, paper, settings, controls,
// scenes, readouts, notes, link, panels by name, and if the chapter has them: tabs [{name, label,
// notice: what to see there}] with tool, the open one's name; columns and rows [[areas, height]];
// limits {setting: [low, high]} and knobs (panels/knobs.js) for a pointer that moves settings in a
// figure. What came in a message is never changed.

import { clock, element, status } from "../draw/dom.js";
import { held, steered } from "../panels/knobs.js";
import { PanelGrid } from "../panels/panel.js";
import { merged, readdress } from "./address.js";
import { Bar } from "./bar.js";
import { Channel } from "./channel.js";
import { Controls } from "./controls.js";
import { Door } from "./door.js";
import { Heading } from "./heading.js";
import { more, readable, scaled } from "./narrow.js";
import { Reading } from "./reading.js";
import { Readouts } from "./readouts.js";
import { Tablist } from "./tablist.js";

const HIDDEN = 10_000; // ms between questions while nobody looks
const RESTING = 300; // ms without a change until the address follows
const TOOL = "vv-tool"; // id of what the tabs open

export default class Page {
  constructor(root) {
    root.replaceChildren();
    Object.assign(this, { root, scale: 1, settings: {}, scene: null, tau: null });
    this.parts = new Map(); // of the last message, by their tags
    this.olderParts = new Map(); // of the one before
    this.panels = new PanelGrid(this, (id) => this.place(id));
    this.channel = new Channel(this);
    this.heading = new Heading(root);
    this.bar = new Bar(root, this.copyHelp, {
      choose: (scene, time) => this.jump(scene, time),
      reset: () => this.reset(),
    });
    this.reading = new Reading(this);
    this.door = new Door(this);
    this.side = root.appendChild(element("div", "vv-side"));
    this.lost = root.appendChild(status("p", "vv-lost"));
    this.note = status("p", "vv-note");
    this.readouts = new Readouts();
    this.room = readable(this.side, this.note, [this.readouts.root]);
    this.controls = new Controls({
      place: (group, name) => {
        this.placeGroup(group, name);
        this.room.observe(group);
      },
      change: (...change) => this.changed(...change),
      act: (name) => this.act(name),
    });
    this.build();
    this.side.prepend(more(root));
    this.resized(); // the first picture has the size of the second
    new ResizeObserver(() => this.resized()).observe(root);
  }

  // Pages of their own override these: what they are made of, and what else they send and take.
  build() {
    this.root.classList.add("vv-page");
    this.side.append(this.readouts.root, this.note);
    this.grid = this.root.appendChild(element("div", "vv-tool"));
    this.grid.id = TOOL;
  }

  placeGroup(group) {
    this.side.insertBefore(group, this.readouts.root);
  }

  get copyHelp() {
    return "Copy a link that opens this very view";
  }

  state() {
    return {};
  }

  adopt() {}

  pause(ms) {
    return document.hidden ? Math.max(ms, HIDDEN) : ms;
  }

  // Whether all that was asked for is painted.
  get ready() {
    return !this.message.pending;
  }

  // The tools' names and labels.
  get tabbed() {
    return this.message.tabs ?? [];
  }

  // Where the panel of this name goes.
  place() {
    return this.grid;
  }

  receive(message) {
    const arrived = performance.now();
    const newest = this.channel.receive(message);
    this.message = message;
    if (newest && this.channel.settled) this.settings = { ...this.settings, ...message.settings };
    this.adopt(message);
    if (!message.lecture?.desk?.frozen) this.paint();
    this.door.show(message);
    this.measured(arrived);
    this.channel.next();
    this.remember();
  }

  paint() {
    const { theme, paper, controls = [], notes = [], scenes = [], link = "" } = this.message;
    this.paper = paper;
    this.root.style.colorScheme = theme;
    this.controls.show(this.offered ?? controls, this.settings); // the user's, where they are ahead
    this.paintNotes(notes.join(" "));
    this.bar.show(scenes, link);
    this.bar.wear(theme);
    this.explain();
    this.name();
    this.paintBody();
    this.reading.show();
    Object.assign(this.root.dataset, { ready: String(this.ready), seq: this.message.seq });
  }

  paintNotes(text) {
    const silent = this.controls.active || this.channel.resting; // during a drag
    this.note.setAttribute("aria-live", silent ? "off" : "polite");
    if (this.note.textContent !== text) this.note.textContent = text;
  }

  paintBody() {
    const { tabs = [], tool, readouts = [], panels, columns, rows = [] } = this.message;
    if (tabs.length > 1) this.paintTabs(tabs, tool);
    this.readouts.show(readouts);
    this.panels.show(panels, { columns, rows });
  }

  paintTabs(tabs, tool) {
    this.tabs ??= this.buildTabs();
    this.tabs.show(tabs, this.settings.tool);
    this.root.dataset.tool = tool;
    this.grid.setAttribute("aria-label", tabs.find(({ name }) => name === tool).label);
  }

  buildTabs() {
    const tabs = new Tablist(
      this.root,
      () => TOOL,
      (name, time) => this.open(name, time),
    );
    this.grid.before(tabs.root);
    this.grid.setAttribute("role", "tabpanel");
    return tabs;
  }

  open(tool, time) {
    this.tabs.show(this.message.tabs, tool);
    this.request({ ...this.settings, tool }, time);
  }

  name() {
    this.heading.show(this.message);
  }

  // What to notice: the scene's line while it stands, else that of the tool under the open tab,
  // whose message may still be on its way.
  explain() {
    const open = this.tabbed.find(({ name }) => name === this.settings.tool);
    this.bar.explain(this.scene?.notice ?? open?.notice ?? this.message.notice ?? "");
  }

  changed(name, value, time) {
    const { settings } = this;
    if (settings[name] === value) return;
    this.tau ??= settings.beta * settings.sigma2;
    const next = held({ ...settings, [name]: value }, name, this.tau, this.message);
    if (next.hold !== "tau") this.tau = null;
    this.request(next, time);
    if (next.hold === "tau") this.controls.update(this.message.controls, next);
  }

  // A scene stands until a setting moves that it does not leave free.
  request(settings, time) {
    const stays = (name) =>
      settings[name] === this.settings[name] || this.scene?.free?.includes(name);
    if (!Object.keys(settings).every(stays)) this.scene = null;
    this.settings = settings;
    this.explain();
    this.panels.follow();
    this.channel.push(time);
  }

  jump(scene, time) {
    Object.assign(this, { scene, tau: null, settings: { ...this.settings, ...scene.settings } });
    this.request(this.settings, time);
  }

  act(name, value) {
    this.channel.act(name, value);
  }

  reset() {
    Object.assign(this, { scene: null, tau: null });
    this.act("reset");
  }

  // An example that was chosen on a map: as B with the shift key, else as the setting says.
  pick(index, second) {
    this.changed(second ? "b" : (this.settings.click ?? "a"), index, performance.now());
  }

  // The pointer on a plane whose axes are settings; an axis without a value stays.
  went({ x, y }, across, up, time) {
    this.shift(steered(this.settings, { [x]: across, [y]: up }, this.message), time);
  }

  // Settings that a pointer moves; their controls follow.
  shift(settings, time) {
    const moved = Object.keys(settings).filter((name) => settings[name] !== this.settings[name]);
    if (!moved.length) return;
    this.request(settings, time);
    const specs = this.message.controls.filter(({ name }) => moved.includes(name));
    this.controls.update(specs, settings);
  }

  // The address follows once nothing moves any more.
  remember() {
    clearTimeout(this.addressing);
    if (this.channel.waiting || this.message.pending) return;
    const follow = () => readdress(this.root, merged(this.message.link, this.addressed));
    this.addressing = setTimeout(follow, RESTING);
  }

  // Names of settings, which the address has only where the link does.
  get addressed() {
    return Object.keys(this.message.settings);
  }

  measured(arrived) {
    clock("paint", arrived);
    this.channel.measure(this.message.seq);
  }

  resized() {
    this.scale = scaled(this.root);
    this.root.style.setProperty("--vv-scale", this.scale);
    this.bar.fit();
    this.redraw();
  }

  redraw() {
    this.panels.redraw();
  }
}
