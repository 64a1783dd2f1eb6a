// The page "Training": follows a run frame by frame, and sends what the user does to it.
//
// A message has besides a page's: transport (transport.js), verdicts (verdicts.js), changed:
// settings that wait for the next start, layout "one" or "twins", headings {a, b}, empty: the line
// over panels that are not of this run, or over none, story: what is stored, frame: a name of what
// is shown, address. The panels of a frame that is shown already are the same objects.

import { clock, element } from "../draw/dom.js";
import { Floor } from "../panels/training/floor.js";
import { Transport } from "../panels/training/transport.js";
import { Verdicts } from "../panels/training/verdicts.js";
import { merged, readdress } from "./address.js";
import { phone } from "./narrow.js";
import Page from "./page.js";

const HIDDEN = 2000; // ms between questions while nobody looks
const SELDOM = 450; // ms between two pictures of what changes slowly, while a run goes: two frames
const LIVELY = 20_000; // ms after its start, or the user's move, in which a run is watched closely
const CALM = 400; // ms between questions from then on: painting takes its time from the training
const OFTEN = /(^|-)(map|recon)$/; // the panels of every frame
const STILL = matchMedia("(prefers-reduced-motion: reduce)");
const WATCHING = "You are watching: whoever started this run steers it.";

export default class Training extends Page {
  build() {
    unfade(this.root.closest(".stElementContainer"));
    Object.assign(this, { glides: true, folds: true });
    this.transport = new Transport(this.side, (name, value) => this.act(name, value));
    this.watching = this.side.appendChild(element("p", "vv-watching", WATCHING));
    this.setup = element("details", "vv-setup");
    this.setup.open = !phone(); // where it would stand between the transport and the panels
    this.setup.append(element("summary", "", "Model and training"));
    this.side.append(this.readouts.root);
    for (const name of ["live", "view", "setup"]) this.controls.group(name);
    this.verdicts = new Verdicts(this.side);
    this.side.append(this.note, this.setup);
    this.floor = new Floor(this.root);
    this.root.addEventListener("click", letGo);
  }

  placeGroup(group, name) {
    if (name === "setup") this.setup.append(group);
    else super.placeGroup(group);
  }

  place(id) {
    return this.floor.place(id);
  }

  get copyHelp() {
    return "Copy a link that lets others watch this run";
  }

  state() {
    return { still: STILL.matches };
  }

  pause(ms) {
    const calm = performance.now() - this.stirred > LIVELY ? CALM : 0;
    return Math.max(ms, document.hidden ? HIDDEN : calm);
  }

  remember() {
    const { address, settings } = this.message;
    if (typeof address !== "string") return;
    readdress(this.root, merged(address, [...Object.keys(settings), "run"])); // it has its settings
  }

  request(settings, time) {
    this.stirred = performance.now();
    super.request(settings, time);
  }

  act(name, value) {
    this.stirred = performance.now();
    this.channel.act(name, value);
  }

  // Ready twins: their settings, and off they go. Sliders alone move a run that is not over.
  jump(scene, time) {
    const names = Object.keys(scene.settings);
    const live = this.message.controls.filter(({ group }) => group === "live");
    const moves = names.every((name) => live.some((control) => control.name === name));
    const settings = { ...this.settings, ...scene.settings };
    if (moves && this.allowed.can.includes("speed")) return this.request(settings, time);
    this.settings = settings;
    if (this.message.transport.can.includes("start")) this.act("start");
    else this.request(this.settings, time);
    this.explain();
  }

  // The scene whose settings are the ones in force, with what to notice in it; else what is stored.
  explain() {
    const fits = ({ settings }) =>
      Object.entries(settings).every(
        ([name, value]) => JSON.stringify(this.settings[name]) === JSON.stringify(value),
      );
    const current = this.message.scenes.findIndex(fits);
    this.bar.press(current);
    const { scenes, story = "" } = this.message;
    this.bar.explain(story || (scenes[current]?.notice ?? ""));
  }

  // Who only watches may start a run of their own, and no more.
  adopt({ transport, controls }) {
    const { owner } = transport;
    const can = transport.can.filter((name) => owner || name === "start");
    this.allowed = { ...transport, can };
    this.offered = controls.map((spec) =>
      spec.group === "live" && !owner ? { ...spec, disabled: WATCHING } : spec,
    );
    if (transport.state !== this.root.dataset.state) this.stirred = performance.now();
  }

  paintBody() {
    const { transport, changed = [], verdicts = [], done = 0, panels, empty = "" } = this.message;
    this.floor.fade(empty);
    this.transport.update(this.allowed, changed.length > 0);
    this.watching.hidden = transport.owner;
    this.setup.classList.toggle("vv-next", changed.length > 0);
    for (const [name, { root }] of this.controls.fields)
      root.classList.toggle("vv-next", changed.includes(name));
    this.controls.group("view").hidden = !this.panels.size && !Object.keys(panels).length;
    this.verdicts.show(verdicts);
    this.newer = !this.shows(panels);
    if (this.newer) this.paintFrame();
    else if (this.behind && transport.state !== "running") this.catchUp();
    if (!this.behind) this.readouts.show(this.message.readouts);
    const { state, step } = transport;
    Object.assign(this.root.dataset, { state, step, done });
  }

  get ready() {
    return !this.behind && !this.message.pending;
  }

  // Whether these very panels are painted, or wait to be.
  shows(panels) {
    const ids = Object.keys(panels);
    return ids.length > 0 && ids.every((id) => panels[id] === this.shown?.[id]);
  }

  paintFrame() {
    const { panels, layout, headings = {} } = this.message;
    const none = !Object.keys(panels).length;
    this.shown = panels;
    if (none) {
      this.kind = ""; // the next frame is painted whole
      return this.settle();
    }
    this.compact = layout === "twins";
    const plane = Object.entries(panels).some(([id, { figure }]) => figure && id.endsWith("recon"));
    Object.assign(this.root.dataset, { layout, shape: plane ? "plane" : "images" });
    this.paintPanels(panels);
    if (this.compact && !this.behind) this.floor.head(headings, panels);
  }

  // Painting is most of what watching costs a run: every second frame moves the map and the
  // reconstructions only.
  paintPanels(panels) {
    const { transport, theme, layout } = this.message;
    const now = performance.now();
    const ids = Object.keys(panels);
    const kind = JSON.stringify([theme, layout, ids]);
    this.settle();
    if (transport.state !== "running" || kind !== this.kind || now - this.whole > SELDOM) {
      Object.assign(this, { kind, whole: now });
      return this.panels.show(panels);
    }
    this.behind = setTimeout(() => this.catchUp(), SELDOM);
    this.waits = panels;
    this.panels.draw(
      panels,
      ids.filter((id) => OFTEN.test(id)),
    );
  }

  // What has waited, when no frame comes to bring it along.
  catchUp() {
    this.settle();
    if (!this.root.isConnected) return;
    this.panels.show(this.waits);
    this.readouts.show(this.message.readouts);
    this.root.dataset.ready = String(this.ready);
  }

  settle() {
    clearTimeout(this.behind);
    this.behind = null; // the timer of what waits to be painted
  }

  measured(arrived) {
    if (!this.newer || !Object.keys(this.message.panels).length) return;
    requestAnimationFrame(() => setTimeout(() => clock("live-frame", arrived))); // it is out
    this.frames = (this.frames ?? 0) + 1;
    if (this.frames % 2000 === 0) performance.clearMeasures("vaeviz:live-frame");
  }
}

// A clicked button gives the focus back, so that the next space is play or pause and no second
// click.
function letGo({ detail, target }) {
  if (detail > 0) target.closest("button")?.blur();
}

// Streamlit begins to fade what awaits an answer, and at every frame that painted the page twice.
function unfade(element) {
  element?.style.setProperty("opacity", 1, "important");
  element?.style.setProperty("transition", "none", "important");
}
