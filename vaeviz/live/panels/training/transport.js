// The run's transport: start, play or pause, one step, rewind, stop; its speed, state and progress.

import { element, options, setText } from "../../draw/dom.js";
import { whole } from "../../draw/numbers.js";

const SHAPES = {
  play: '<path d="M8 5v14l11-7z"/>',
  pause: '<path d="M7 5h4v14H7zm6 0h4v14h-4z"/>',
  step: '<path d="M6 5v14l9-7zm10 0h3v14h-3z"/>',
  rewind: '<path d="M5 5h3v14H5zm14 0v14l-9-7z"/>',
  stop: '<path d="M6 6h12v12H6z"/>',
};
const WORDS = {
  start: "Start a new run with these settings",
  play: "Play (space)",
  pause: "Pause (space)",
  step: "One step (.)",
  rewind: "Rewind to the same initial weights (0)",
  stop: "Stop the run",
};
const KEYS = { " ": "play", ".": "step", 0: "rewind" };

export class Transport {
  constructor(host, act) {
    this.act = act; // (name, value)
    this.root = host.appendChild(element("div", "vv-transport"));
    this.buttons = new Map(
      ["start", "play", "step", "rewind", "stop"].map((name) => [name, this.button(name)]),
    );
    this.speed = this.root.appendChild(element("select", "vv-speed"));
    this.speed.setAttribute("aria-label", "Speed");
    this.speed.addEventListener("change", () => act("speed", this.speed.value));
    this.bar = this.root.appendChild(element("progress", "vv-progress"));
    this.bar.setAttribute("aria-label", "Steps done");
    this.seek = this.seeker();
    const lines = this.root.appendChild(element("div", "vv-lines"));
    [this.state, this.pace, this.counts, this.left] = ["state", "pace", "counts", "left"].map(
      (name) => lines.appendChild(element("p", `vv-${name}`)),
    );
    this.state.setAttribute("role", "status");
    this.keep = this.keeper();
    document.addEventListener("keydown", (this.pressed = (event) => this.key(event)));
    document.addEventListener("keyup", (this.released = (event) => this.leave(event)));
  }

  button(name) {
    const button = this.root.appendChild(element("button", `vv-act vv-act-${name}`));
    button.type = "button";
    button.addEventListener("click", () => this.act(button.dataset.act));
    dress(button, name);
    return button;
  }

  // In the bar's place over a stored run: any of its frames.
  seeker() {
    const range = this.root.appendChild(element("input", "vv-seek"));
    Object.assign(range, { type: "range", min: 0, max: 1, step: 0.001 });
    range.setAttribute("aria-label", "Frame of the stored run");
    range.addEventListener("input", () => this.act("seek", Number(range.value)));
    return range;
  }

  // A name for the finished run and the button that keeps it.
  keeper() {
    const row = this.root.appendChild(element("form", "vv-keep"));
    this.name = row.appendChild(Object.assign(element("input"), { type: "text", maxLength: 60 }));
    this.name.setAttribute("aria-label", "Name to keep this model under");
    row.appendChild(element("button", "", "Keep")).title =
      "Keep this model: it is then in the Explorer's list";
    row.addEventListener("submit", (event) => {
      event.preventDefault();
      this.act("keep", this.name.value);
    });
    return row;
  }

  update(transport, changed) {
    this.can = new Set(transport.can);
    this.exists = transport.owner && transport.state !== "none"; // one's own run, even when over
    dress(this.buttons.get("play"), this.can.has("pause") ? "pause" : "play");
    for (const button of this.buttons.values()) button.disabled = !this.can.has(button.dataset.act);
    this.buttons.get("start").classList.toggle("vv-call", changed || !this.can.has("stop"));
    this.choose(transport);
    this.say(transport);
    this.offer(transport);
  }

  choose({ speeds = [], speed, can }) {
    const key = JSON.stringify(speeds);
    if (key !== this.speedsKey) {
      this.speedsKey = key;
      this.speed.replaceChildren(...options(speeds));
    }
    this.speed.hidden = !speeds.length;
    this.speed.disabled = !can.includes("speed");
    if (document.activeElement !== this.speed && this.speed.value !== speed)
      this.speed.value = speed;
  }

  say(transport) {
    const { step, steps, text, pace, left, place, share = 0 } = transport;
    Object.assign(this.bar, { max: Math.max(1, steps), value: step });
    this.bar.hidden = this.can.has("seek");
    this.seek.hidden = !this.bar.hidden;
    if (document.activeElement !== this.seek) this.seek.value = share;
    setText(this.state, text);
    setText(this.pace, pace > 0 ? `${pace < 10 ? pace.toFixed(1) : whole(pace)} steps/s` : "");
    const done = steps ? `step ${whole(step)} of ${whole(steps)}` : "";
    setText(this.counts, place ? `place ${place} in the queue` : done);
    setText(this.left, left > 0 ? `${time(left)} left` : "");
  }

  offer({ can, name = "" }) {
    this.keep.hidden = !can.includes("keep");
    if (name !== this.offered && document.activeElement !== this.name)
      this.name.value = this.offered = name;
  }

  key(event) {
    if (!this.root.isConnected) return this.forget();
    const act = KEYS[event.key] === "play" && this.can?.has("pause") ? "pause" : KEYS[event.key];
    const again = this.again(event);
    if (again) event.preventDefault();
    if (!act || !this.can?.has(act) || busy(event, again)) return;
    event.preventDefault();
    this.act(act);
  }

  // Space on a button that starts a run, while there is one: it plays and pauses there too, and
  // starts no second run. Enter does.
  again({ key, target }) {
    return key === " " && this.exists && Boolean(target.closest?.(".vv-act-start, .vv-scene"));
  }

  // Some browsers press a focused button when space is let go.
  leave(event) {
    if (this.again(event)) event.preventDefault();
  }

  forget() {
    document.removeEventListener("keydown", this.pressed);
    document.removeEventListener("keyup", this.released);
  }
}

// Whether the key belongs to the focused element: a field, an open list, a button (for space).
function busy({ target, ctrlKey, metaKey, altKey, repeat, key }, again) {
  if (ctrlKey || metaKey || altKey || (repeat && key === " ")) return true;
  if (target.matches?.("input[type=range]")) return false;
  return (
    Boolean(target.closest?.("input, select, textarea, [contenteditable], [role=combobox]")) ||
    (key === " " && !again && Boolean(target.closest?.("button, a, summary")))
  );
}

function dress(button, act) {
  if (button.dataset.act === act) return;
  button.dataset.act = act;
  button.innerHTML =
    act === "start" ? "Start" : `<svg viewBox="0 0 24 24" aria-hidden="true">${SHAPES[act]}</svg>`;
  button.title = WORDS[act];
  button.setAttribute("aria-label", WORDS[act]);
}

function time(seconds) {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}
