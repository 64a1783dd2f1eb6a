// The live board: sends settings while the pointer moves, paints what comes back, and then sends the next.

import { Controls } from "./controls.js";
import { between } from "./knobs.js";
import { unpack } from "./payload.js";
import { clock, ground, mounted, Screen } from "./screen.js";

const PENDING = 250; // ms between questions while the server is still loading
const PATIENCE = 5000; // ms until a message counts as lost

export function mount({ data, parentElement, setStateValue }) {
  const board = mounted(Board, parentElement);
  board.send = (state) => setStateValue("live", state);
  if (data) board.receive(unpack(data));
}

export class Board extends Screen {
  constructor(parent, name = "vv-board") {
    super(parent, name);
    this.controls = new Controls(
      () => this.side,
      (...change) => this.changed(...change),
    );
    this.next = null; // the newest change that has not been sent
    this.scene = null; // the one that stands: no hand has left it
  }

  receive(message) {
    if (message.seq >= this.sent) {
      this.waiting = false;
      this.heard();
    }
    this.message = message;
    if (!this.next && message.seq >= this.sent) this.settings = { ...message.settings };
    const arrived = performance.now();
    this.paint();
    clock("paint", arrived);
    requestAnimationFrame(() => setTimeout(() => this.loadPlotly())); // its axes wait for the first paint
    this.measured(message);
    if (this.next) this.flush();
    else if (message.pending) setTimeout(() => this.ask(), PENDING);
    else this.remember();
  }

  paint() {
    const { controls, panels, shape } = this.message;
    this.controls.update(controls, this.settings); // the hand's, where it is ahead of the message
    if (!this.side.contains(this.readouts)) this.side.append(this.readouts, this.note);
    this.paintReadouts();
    this.paintNotes(this.controls.active); // silent during a drag
    this.paintBar();
    this.root.dataset.shape = shape;
    this.dress();
    this.paintPanels(panels);
    this.root.dataset.ready = String(!this.message.pending);
    this.root.dataset.seq = this.message.seq;
  }

  paintBar() {
    if (this.notice) return;
    this.buildBar(
      this.message.scenes,
      (scene, time) => this.jump(scene, time),
      "Copy a link that opens the Explorer with these very settings",
    );
    this.explain();
  }

  get about() {
    return "Drag β, σ² or d: everything moves while you drag.";
  }

  // What to notice: the scene's line while it stands, else the board's own.
  explain() {
    const text = this.scene?.notice ?? this.about;
    if (this.notice.textContent !== text) this.notice.textContent = this.notice.title = text;
  }

  changed(name, value, time) {
    if (this.settings[name] === value) return;
    const tau = this.settings.beta * this.settings.sigma2;
    const settings = held(
      { ...this.settings, [name]: value },
      name,
      (this.tau ??= tau),
      this.message.limits,
    );
    if (settings.hold !== "tau") this.tau = null;
    this.request(settings, time);
    if (settings.hold === "tau") this.controls.update(this.message.controls, settings);
  }

  request(settings, time) {
    const stays = (name) =>
      settings[name] === this.settings[name] || this.scene?.free?.includes(name);
    if (!Object.keys(settings).every(stays)) this.scene = null;
    this.explain();
    this.settings = settings;
    this.next = { settings, time };
    if (!this.waiting) this.flush();
  }

  jump(scene, time) {
    this.scene = scene;
    this.tau = null;
    this.settings = { ...this.settings, ...scene.settings };
    this.request(this.settings, time);
  }

  pick(index, second) {
    this.changed(second ? "b" : "a", index, performance.now());
  }

  ask() {
    if (!this.waiting && !this.next) this.request(this.settings, performance.now());
  }

  flush() {
    if (this.leaving(() => this.flush())) return;
    const { settings, time } = this.next;
    this.next = null;
    this.waiting = true;
    this.started = time;
    this.sent += 1;
    this.dispatched = performance.now();
    this.send({ seq: this.sent, settings, theme: ground() });
    this.hark();
    clearTimeout(this.watchdog);
    this.watchdog = setTimeout(() => this.missed(), PATIENCE);
  }

  // No answer: a lost message must not silence the board, nor may what the hand did be lost with it.
  missed() {
    if (!this.waiting) return;
    this.waiting = false;
    this.next ??= { settings: this.settings };
    this.flush();
  }

  // The address bar follows when the hand rests.
  remember() {
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.readdress(merged(location.search, this.message)), 300);
  }

  // From the hand's event to the frame after the drawing, for the benchmark and for a browser's timeline.
  measured(message) {
    if (!this.started || message.seq !== this.sent) return;
    const start = this.started;
    this.started = null;
    clock("round-trip and paint", this.dispatched);
    requestAnimationFrame(() => setTimeout(() => clock("pointer-to-paint", start))); // the frame is out
    if (message.seq % 2000 === 0) performance.clearMeasures();
  }
}

// With τ held, β and σ² move against each other; where the partner's slider ends, the hand's own stops too.
function held(settings, name, tau, limits) {
  const other = { beta: "sigma2", sigma2: "beta" }[name];
  if (settings.hold !== "tau" || !other || settings.decoder !== "gaussian") return settings;
  const partner = between(tau / settings[name], limits[other]);
  return { ...settings, [other]: partner, [name]: between(tau / partner, limits[name]) };
}

// The address with our settings in it, and whatever else stood there.
function merged(search, { link, settings }) {
  const query = new URLSearchParams(search);
  for (const name of Object.keys(settings)) query.delete(name);
  for (const [name, value] of new URLSearchParams(link)) query.set(name, value);
  return query.size ? `?${query}` : "";
}
