// The live board: sends settings while the pointer moves, paints what comes back, and then sends the next.

import { Controls } from "./controls.js";
import { element, Panel } from "./panels.js";
import { unpack } from "./payload.js";

const boards = new WeakMap();

export function mount({ data, parentElement, setStateValue }) {
  let board = boards.get(parentElement);
  if (!board?.root.isConnected) boards.set(parentElement, board = new Board(parentElement));
  board.send = (state) => setStateValue("live", state);
  if (data) board.receive(unpack(data));
}

class Board {
  constructor(parent) {
    const host = parent.querySelector(".vv-board") ?? parent.appendChild(element("div", "vv-board"));
    host.replaceChildren();
    this.root = host;
    this.scale = 1;
    this.bar = host.appendChild(element("div", "vv-bar"));
    this.side = host.appendChild(element("div", "vv-side"));
    this.note = element("p", "vv-note");
    this.note.setAttribute("role", "status");
    this.controls = new Controls(this.side, (...change) => this.changed(...change));
    this.readouts = element("table", "vv-readouts");
    this.panels = new Map();
    this.sent = 0; // sequence number of the last message
    this.waiting = false; // a message is on its way
    this.next = null; // the newest change that has not been sent
    new ResizeObserver(() => this.resized()).observe(host);
    const watch = setInterval(() => { // the room's lights changed: the page's theme may change under us
      if (!this.root.isConnected) clearInterval(watch);
      else if (this.message && ground() !== this.message.theme) this.ask();
    }, 700);
  }

  loadPlotly() {
    if (window.Plotly || this.script) return;
    const script = this.script = element("script");
    script.src = new URL("plotly.min.js", import.meta.url).href;
    script.onload = () => this.redraw();
    script.onerror = () => { script.remove(); this.script = null; }; // the next frame asks again
    document.head.appendChild(script);
  }

  receive(message) {
    if (message.seq >= this.sent) this.waiting = false;
    this.message = message;
    if (!this.next && message.seq >= this.sent) this.settings = { ...message.settings };
    const arrived = performance.now();
    this.paint();
    clock("paint", arrived);
    requestAnimationFrame(() => setTimeout(() => this.loadPlotly())); // its axes wait for the first paint
    this.measured(message);
    if (this.next) this.flush();
    else if (message.pending) setTimeout(() => this.ask(), 250);
    else this.remember();
  }

  paint() {
    const { controls, settings, panels, shape } = this.message;
    this.controls.update(controls, this.next ? this.settings : settings);
    if (!this.side.contains(this.readouts)) this.side.append(this.readouts, this.note);
    this.paintReadouts();
    this.paintBar();
    this.root.dataset.shape = shape;
    this.paper = this.message.paper;
    this.root.style.colorScheme = this.message.theme;
    for (const [id, panel] of this.panels) if (!(id in panels)) { panel.root.remove(); this.panels.delete(id); }
    for (const [id, content] of Object.entries(panels)) {
      if (!this.panels.has(id)) this.panels.set(id, new Panel(id, this.root, this));
      this.panels.get(id).show(content);
    }
    this.root.dataset.ready = String(!this.message.pending);
    this.root.dataset.seq = this.message.seq;
  }

  paintReadouts() {
    const key = JSON.stringify(this.message.readouts);
    if (key === this.readoutsKey) return;
    this.readoutsKey = key;
    this.readouts.replaceChildren(...this.message.readouts.map(([label, value, help, level]) => {
      const row = element("tr", level ? `vv-${level}` : "");
      row.title = help;
      row.append(element("th", "", label), element("td", "", value));
      return row;
    }));
  }

  paintBar() {
    const { scenes, notes } = this.message;
    this.note.setAttribute("aria-live", this.controls.active ? "off" : "polite"); // silent during a drag
    if (this.note.textContent !== notes.join(" ")) this.note.textContent = notes.join(" ");
    if (this.bar.childElementCount) return;
    scenes.forEach((scene, k) => {
      const button = this.bar.appendChild(element("button", "vv-scene", scene.name));
      button.title = scene.notice;
      button.addEventListener("click", (event) => this.jump(this.message.scenes[k], event.timeStamp));
    });
    this.notice = this.bar.appendChild(element("span", "vv-notice"));
    const copy = this.bar.appendChild(element("button", "vv-copy", "Copy link"));
    copy.title = "Copy a link that opens the Explorer with these very settings";
    copy.addEventListener("click", () => this.copy(copy));
    this.notice.textContent = "Drag β, σ² or d: everything moves while you drag.";
  }

  changed(name, value, time) {
    if (this.settings[name] === value) return;
    this.notice.textContent = "";
    const tau = this.settings.beta * this.settings.sigma2;
    const settings = held({ ...this.settings, [name]: value }, name, this.tau ??= tau, this.message.limits);
    if (settings.hold !== "tau") this.tau = null;
    this.request(settings, time);
    if (settings.hold === "tau") this.controls.update(this.message.controls, settings);
  }

  request(settings, time) {
    this.settings = settings;
    this.next = { settings, time };
    if (!this.waiting) this.flush();
  }

  jump(scene, time) {
    this.notice.textContent = scene.notice;
    this.tau = null;
    this.request({ ...this.settings, ...scene.settings }, time);
  }

  pick(index, second) {
    this.changed(second ? "b" : "a", index, performance.now());
  }

  ask() {
    if (!this.waiting && !this.next) this.request(this.settings, performance.now());
  }

  flush() {
    const { settings, time } = this.next;
    this.next = null;
    this.waiting = true;
    this.started = time;
    this.sent += 1;
    this.dispatched = performance.now();
    this.send({ seq: this.sent, settings, theme: ground() });
    clearTimeout(this.watchdog); // a lost message must not silence the board
    this.watchdog = setTimeout(() => { this.waiting = false; if (this.next) this.flush(); }, 5000);
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

  // The address bar follows when the hand rests; replaced, so that "back" leaves the page.
  remember() {
    clearTimeout(this.resting);
    this.resting = setTimeout(() => {
      const query = merged(location.search, this.message);
      if (this.root.isConnected && query !== location.search) {
        history.replaceState(history.state, "", location.pathname + query);
      }
    }, 300);
  }

  async copy(button) {
    const url = location.origin + location.pathname + this.message.link;
    let done = "Link copied";
    try { await navigator.clipboard.writeText(url); } catch { done = copyByHand(url); }
    button.textContent = done;
    setTimeout(() => { button.textContent = "Copy link"; }, 2000);
  }

  resized() {
    const height = this.root.clientHeight;
    this.scale = Math.min(1.6, Math.max(1, Math.min(height / 640, this.root.clientWidth / 1240)));
    this.root.style.setProperty("--vv-scale", this.scale);
    this.redraw();
  }

  redraw() {
    for (const panel of this.panels.values()) panel.draw();
  }
}

// "light" or "dark", by what the page's ground is now.
function ground() {
  const [r, g, b] = getComputedStyle(document.querySelector(".stApp")).backgroundColor.match(/[\d.]+/g).map(Number);
  return 0.3 * r + 0.6 * g + 0.1 * b < 128 ? "dark" : "light";
}

// On the browser's own timeline: a profiler shows it, the benchmark reads it.
function clock(name, start) {
  performance.measure(`vaeviz:${name}`, { start, end: performance.now() });
}

// With τ held, β and σ² move against each other; where the partner's slider ends, the hand's own stops too.
function held(settings, name, tau, limits) {
  const other = { beta: "sigma2", sigma2: "beta" }[name];
  if (settings.hold !== "tau" || !other || settings.decoder !== "gaussian") return settings;
  const partner = between(tau / settings[name], limits[other]);
  return { ...settings, [other]: partner, [name]: between(tau / partner, limits[name]) };
}

function between(value, [low, high]) {
  return Number(Math.min(high, Math.max(low, value)).toPrecision(6));
}

// The address with our settings in it, and whatever else stood there.
function merged(search, { link, settings }) {
  const query = new URLSearchParams(search);
  for (const name of Object.keys(settings)) query.delete(name);
  for (const [name, value] of new URLSearchParams(link)) query.set(name, value);
  return query.size ? `?${query}` : "";
}

// Without clipboard permission (plain http on another machine): select a field and use the old command.
function copyByHand(url) {
  const field = document.body.appendChild(element("textarea"));
  field.value = url;
  field.select();
  const copied = document.execCommand("copy");
  field.remove();
  return copied ? "Link copied" : "Copy it from the address bar";
}
