// The page "Training": follows a run frame by frame, and sends what the hand does to it.

import { Controls } from "./controls.js";
import { element, legend, setText } from "./panels.js";
import { unpack } from "./payload.js";
import { clock, ground, mounted, Screen } from "./screen.js";
import { Transport } from "./transport.js";
import { Verdicts } from "./verdicts.js";

const HIDDEN = 2000; // ms between questions while nobody looks
const PATIENCE = 5000; // ms until a message counts as lost
const SELDOM = 450; // ms between two pictures of what changes slowly, while a run goes: two frames
const LIVELY = 20000; // ms after its start, or a hand's move, in which a run is watched as closely as can be
const CALM = 400; // ms between questions from then on: painting takes its time from the training
const OFTEN = /(^|-)(map|recon)$/; // the panels of every frame

export function mount({ data, parentElement, setStateValue }) {
  const training = mounted(Training, parentElement);
  training.send = (state) => setStateValue("live", state);
  if (data) training.receive(unpack(data));
}

class Training extends Screen {
  constructor(parent) {
    super(parent, "vv-training");
    unfade(parent.closest(".stElementContainer"));
    this.glides = this.folds = true;
    this.actions = []; // not yet acknowledged, oldest first
    this.last = 0; // id of the newest action
    this.dirty = false; // something has changed since the last message
    this.transport = new Transport(this.side, (name, value) => this.act(name, value));
    this.watching = this.side.appendChild(element("p", "vv-watching", WATCHING));
    const group = (name) => [name, element("div", `vv-group vv-group-${name}`)];
    this.groups = Object.fromEntries(["live", "view", "setup"].map(group));
    this.setup = element("details", "vv-setup");
    this.setup.open = true;
    this.setup.append(element("summary", "", "Model and training"), this.groups.setup);
    this.side.append(this.groups.live, this.groups.view, this.readouts);
    this.verdicts = new Verdicts(this.side);
    this.side.append(this.note, this.setup);
    this.controls = new Controls(
      ({ group }) => this.groups[group],
      (...change) => this.changed(...change),
    );
    this.floor = this.root.appendChild(element("div", "vv-floor"));
    this.empty = this.floor.appendChild(element("p", "vv-empty"));
    this.twins = { a: this.twin("a"), b: this.twin("b") };
    this.legend = this.floor.appendChild(element("div", "vv-legend vv-shared"));
    this.root.addEventListener("click", letGo);
    document.addEventListener("visibilitychange", (this.looked = () => this.seen()));
  }

  twin(name) {
    const root = this.floor.appendChild(element("section", `vv-twin vv-twin-${name}`));
    return {
      root,
      heading: root.appendChild(element("h2", "vv-heading")),
      source: root.appendChild(element("p", "vv-source")),
    };
  }

  place(id) {
    return this.twins[id.split("-")[0]]?.root ?? this.floor;
  }

  receive(message) {
    const arrived = performance.now(),
      newest = message.seq >= this.sent;
    this.message = message;
    this.sent = Math.max(this.sent, message.seq);
    this.last = Math.max(this.last, message.done ?? 0);
    this.actions = this.actions.filter(({ id }) => id > (message.done ?? 0));
    if (newest) {
      this.waiting = false;
      this.heard();
    }
    if (newest && !this.dirty) this.settings = { ...message.settings };
    this.paint(arrived);
    requestAnimationFrame(() => setTimeout(() => this.loadPlotly())); // its axes wait for the first paint
    if (typeof message.address === "string") this.readdress(message.address);
    if (!this.waiting) this.next();
  }

  // At once where the hand has moved, else after the pause that the server asks for.
  next() {
    clearTimeout(this.timer);
    if (this.dirty) return this.flush();
    const { wait } = this.message;
    if (typeof wait !== "number") return;
    const calm = performance.now() - this.stirred > LIVELY ? CALM : 0;
    this.timer = setTimeout(() => this.ask(), Math.max(wait, document.hidden ? HIDDEN : calm));
  }

  seen() {
    if (!this.root.isConnected) document.removeEventListener("visibilitychange", this.looked);
    else if (!document.hidden && this.message) this.ask();
  }

  ask() {
    if (!this.waiting) this.flush();
  }

  changed(name, value) {
    if (this.settings[name] === value) return;
    this.settings = { ...this.settings, [name]: value };
    this.push();
  }

  // A point of the map: example A, or B with the shift key.
  pick(index, second) {
    this.changed(second ? "b" : "a", index);
  }

  act(name, value) {
    this.actions.push({ id: (this.last += 1), name, ...(value === undefined ? {} : { value }) });
    this.push();
  }

  // A ready twin: its settings, and away.
  jump(scene) {
    this.settings = { ...this.settings, ...scene.settings };
    if (this.message.transport.can.includes("start")) this.act("start");
    else this.push();
    this.mark();
  }

  push() {
    this.dirty = true;
    this.stirred = performance.now();
    if (!this.waiting) this.flush();
  }

  flush() {
    clearTimeout(this.timer);
    if (this.leaving(() => this.ask())) return;
    clearTimeout(this.watchdog);
    this.watchdog = setTimeout(() => this.missed(), PATIENCE);
    this.waiting = true;
    this.dirty = false;
    this.send({
      seq: (this.sent += 1),
      settings: this.settings,
      theme: ground(),
      actions: this.actions,
      hidden: document.hidden,
      frame: this.frame ?? null,
    });
    this.hark();
  }

  // No answer: a lost message must not silence the board, nor may what the hand did be lost with it.
  missed() {
    if (!this.waiting) return;
    this.waiting = false;
    this.flush();
  }

  paint(arrived) {
    const { transport, controls, changed = [], verdicts = [], done, seq } = this.message;
    this.transport.update(this.allowed(), changed.length > 0);
    this.watching.hidden = transport.owner;
    this.controls.update(
      controls.map((spec) => this.fit(spec)),
      this.settings,
    );
    this.setup.classList.toggle("vv-next", changed.length > 0);
    for (const [name, { root }] of this.controls.fields)
      root.classList.toggle("vv-next", changed.includes(name));
    this.groups.view.hidden = !this.panels.size && !Object.keys(this.message.panels).length;
    this.verdicts.show(verdicts);
    this.paintNotes(this.controls.active);
    this.buildBar(
      this.message.scenes,
      (scene) => this.jump(scene),
      "Copy a link that lets others watch this run",
    );
    this.mark();
    this.dress();
    if (transport.state !== this.root.dataset.state) this.stirred = performance.now();
    if (!this.message.same) this.paintFrame(arrived);
    else if (this.behind && transport.state !== "running") this.catchUp();
    if (!this.behind) this.paintReadouts();
    Object.assign(this.root.dataset, {
      ready: String(this.ready()),
      state: transport.state,
      step: transport.step,
      done: done ?? 0,
      seq,
    });
  }

  // Whether what is shown is all there is to show: a run that is on its way has no frame yet.
  ready() {
    const coming = ["queued", "starting"].includes(this.message.transport.state);
    return !this.behind && !(coming && this.floor.classList.contains("vv-stale"));
  }

  // Who only watches may start a run of their own, and no more.
  allowed() {
    const { transport } = this.message;
    return transport.owner
      ? transport
      : { ...transport, can: transport.can.filter((name) => name === "start") };
  }

  fit(spec) {
    return spec.group === "live" && !this.message.transport.owner
      ? { ...spec, disabled: WATCHING }
      : spec;
  }

  // The scene whose settings are the ones in force, with what to notice in it.
  mark() {
    const fits = ({ settings }) =>
      Object.entries(settings).every(
        ([name, value]) => JSON.stringify(this.settings[name]) === JSON.stringify(value),
      );
    const current = this.message.scenes.findIndex(fits);
    this.scenes.forEach((button, k) => button.setAttribute("aria-pressed", String(k === current)));
    const notice = this.message.scenes[current]?.notice ?? "";
    if (this.notice.textContent !== notice) this.notice.textContent = this.notice.title = notice;
  }

  // Without panels the last ones stay, faded, under the line that says why: nothing blanks.
  paintFrame(arrived) {
    const { panels, layout, headings = {}, empty = "", frame } = this.message;
    const none = !Object.keys(panels).length;
    this.floor.classList.toggle("vv-stale", none);
    this.empty.hidden = !none;
    this.empty.textContent = empty;
    this.frame = none ? null : frame;
    if (none) {
      this.kind = ""; // the next frame is painted whole
      return this.settle();
    }
    this.root.dataset.layout = layout;
    this.compact = layout === "twins";
    this.root.dataset.shape = Object.entries(panels).some(
      ([id, { figure }]) => id.endsWith("recon") && figure,
    )
      ? "plane"
      : "images";
    this.paintPanels(panels);
    if (this.compact && !this.behind) this.head(headings, panels);
    this.measured(arrived);
  }

  // Painting is most of what watching costs a run: every second frame moves the map and the reconstructions only.
  paintPanels(panels) {
    const { transport, theme, layout } = this.message,
      now = performance.now();
    const kind = JSON.stringify([theme, layout, Object.keys(panels)]);
    this.settle();
    if (transport.state !== "running" || kind !== this.kind || now - this.whole > SELDOM) {
      Object.assign(this, { kind, whole: now });
      return super.paintPanels(panels);
    }
    this.behind = setTimeout(() => this.catchUp(), SELDOM);
    this.waits = panels;
    const moved = [...this.panels.values()].filter(({ id }) => OFTEN.test(id));
    for (const panel of moved) panel.fill(panels[panel.id]);
    for (const panel of moved) panel.look();
    for (const panel of moved) panel.draw();
  }

  // What has waited, when no frame comes to bring it along.
  catchUp() {
    this.settle();
    if (!this.root.isConnected) return;
    super.paintPanels(this.waits);
    this.paintReadouts();
    this.root.dataset.ready = String(this.ready());
  }

  settle() {
    clearTimeout(this.behind);
    this.behind = null; // the timer of what waits to be painted
  }

  // Twins: what differs above each, its sources below, and one legend for all panels.
  head(headings, panels) {
    const about = (key) =>
      Object.entries(panels)
        .map(([id, panel]) => [id, panel.figure?.layout.meta ?? panel])
        .filter(([id]) => id.startsWith(key))
        .map(([, meta]) => meta);
    for (const [name, { heading, source }] of Object.entries(this.twins)) {
      setText(heading, headings[name] ?? "");
      setText(source, [...new Set(about(name).map((meta) => meta.source))].join(" · "));
    }
    const keys = about("").flatMap((meta) => meta.legend ?? []);
    legend(this.legend, [...new Map(keys.map((key) => [key.join(), key])).values()]);
  }

  measured(arrived) {
    requestAnimationFrame(() => setTimeout(() => clock("live-frame", arrived))); // the frame is out
    if ((this.frames = (this.frames ?? 0) + 1) % 2000 === 0)
      performance.clearMeasures("vaeviz:live-frame");
  }
}

// A clicked button gives the focus back, so that the next space is play or pause and no second click.
function letGo({ detail, target }) {
  if (detail > 0) target.closest("button")?.blur();
}

// Streamlit begins to fade what awaits an answer, and at every frame that painted the whole page twice.
function unfade(element) {
  for (const [name, value] of [
    ["opacity", 1],
    ["transition", "none"],
  ])
    element?.style.setProperty(name, value, "important");
}

const WATCHING = "You are watching: whoever started this run steers it.";
