// The talk with the server, alike for every page. The newest state goes out as soon as the last
// message is answered, or once the pointer rests; a message without an answer is sent again.
//
// To the server, as the component's state `live`: {seq, theme, settings, actions: [{id, name,
// value}],
//   held: tags of the parts that the browser has, hidden, reading: "asked" once it takes the text,
//   "open" while the text is read, ...the page's own fields}.
// From the server, besides what is shown: seq of the message that it answers, done: id of the
// newest
//   action seen to, again: ms after which the page asks once more (or null), pending: true while
//   something that was asked for is on its way.

import { clock } from "../draw/dom.js";

const LEAVING = 3000; // ms of silence after another page was asked for
const SILENCE = 3000; // ms without an answer until the page says so
const PATIENCE = 5000; // ms until a message counts as lost
const REST = 250; // ms without a movement until the pointer rests
const THEME = 700; // ms between two looks at the theme of Streamlit's page
const LOST = "No answer from the server: what you move is kept here and sent again.";
const LINKS = "[data-testid*=Nav][data-testid$=Link]:not([aria-current=page])"; // to other pages
let left = -Infinity; // when another page was last asked for

document.addEventListener(
  "click",
  ({ target }) => {
    if (target.closest?.(LINKS)) left = performance.now();
  },
  true,
);
window.addEventListener("popstate", () => {
  left = performance.now();
});

export class Channel {
  // page: {root, message, settings, parts, state(), pause(ms), send(state), lost: an element}
  constructor(page) {
    Object.assign(this, { page, sent: 0, waiting: false, dirty: false, timers: new Map() });
    Object.assign(this, { actions: [], last: 0 }); // not yet acknowledged; the newest action's id
    this.born = performance.now(); // what was asked for before may have been this very page
    this.look = () => this.looked();
    document.addEventListener("visibilitychange", this.look);
    const watch = setInterval(() => {
      if (!page.root.isConnected) clearInterval(watch);
      else if (page.message && ground() !== page.message.theme) this.ask();
    }, THEME);
  }

  // The state has changed: it is sent at once, or when the last message is answered.
  push(time) {
    this.dirty = true;
    this.moved = time;
    if (!this.waiting) this.flush();
  }

  // The pointer moves: one message once it rests.
  rest() {
    this.start("rest", REST, () => this.push());
  }

  // A question without a change; a pointer that moves comes first.
  ask() {
    if (!this.waiting && !this.resting) this.flush();
  }

  // Something besides the settings has changed: what the server sends meanwhile is still taken.
  tell() {
    this.untold = true;
    if (!this.waiting && !this.resting) this.flush();
  }

  // An action goes along with every message until the server acknowledges it.
  act(name, value) {
    this.actions.push({ id: (this.last += 1), name, value });
    this.push();
  }

  get resting() {
    return this.timers.has("rest");
  }

  // Whether the server knows all that the user did.
  get settled() {
    return !this.dirty && !this.resting;
  }

  flush() {
    if (this.leaving()) return;
    this.stop("again", "rest");
    Object.assign(this, { waiting: true, dirty: false, untold: false });
    this.dispatched = performance.now();
    this.started = this.moved ?? this.dispatched;
    this.moved = null;
    this.start("patience", PATIENCE, () => this.missed());
    if (!this.timers.has("silence")) this.start("silence", SILENCE, () => this.say(LOST));
    const { page, actions } = this;
    page.send({
      seq: (this.sent += 1),
      theme: ground(),
      settings: page.settings,
      actions,
      held: [...page.parts.keys()],
      hidden: document.hidden,
      ...page.reading.state(),
      ...page.lecture?.state(),
      ...page.state(),
      ...page.door.state(),
    });
  }

  // Whether nothing may be sent: the page is gone, or is being left. A message after the click on
  // another page would overtake it, and that page would never come. If this one stays after all,
  // what was kept is sent then.
  leaving() {
    const rest = left >= this.born ? left + LEAVING - performance.now() : 0;
    if (rest > 0) this.start("leaving", rest, () => this.waiting || this.flush());
    return rest > 0 || !this.page.root.isConnected;
  }

  // A lost message must not silence the page, nor may what the user did be lost with it.
  missed() {
    this.waiting = false;
    if (!this.resting) this.flush();
  }

  // Takes an answer; true if it is the one to the newest message.
  receive({ seq, done = 0 }) {
    this.last = Math.max(this.last, done);
    this.actions = this.actions.filter(({ id }) => id > done);
    if (seq < this.sent) return false;
    this.sent = seq;
    this.waiting = false;
    this.stop("patience", "silence");
    this.say("");
    return true;
  }

  // After an answer was painted: what has changed meanwhile, or the next question.
  next() {
    this.stop("again");
    if (this.waiting || this.resting) return;
    if (this.dirty || this.untold) return this.flush();
    const { again } = this.page.message;
    if (typeof again === "number") this.start("again", this.page.pause(again), () => this.ask());
  }

  // From the user's event to the frame after the drawing, for the benchmarks and a profiler.
  measure(seq) {
    const { started, dispatched, sent, waiting } = this;
    if (!started || waiting || seq !== sent) return;
    this.started = null;
    clock("round-trip and paint", dispatched);
    requestAnimationFrame(() => setTimeout(() => clock("pointer-to-paint", started)));
    if (sent % 2000 === 0) performance.clearMeasures();
  }

  // A page that is looked at again asks at once.
  looked() {
    if (!this.page.root.isConnected) document.removeEventListener("visibilitychange", this.look);
    else if (!document.hidden && this.timers.has("again")) this.ask();
  }

  say(text) {
    if (this.page.lost.textContent !== text) this.page.lost.textContent = text;
  }

  start(name, ms, act) {
    this.stop(name);
    const ended = () => {
      this.timers.delete(name);
      act();
    };
    this.timers.set(name, setTimeout(ended, ms));
  }

  stop(...names) {
    for (const name of names) {
      clearTimeout(this.timers.get(name));
      this.timers.delete(name);
    }
  }
}

// "light" or "dark", by the ground of Streamlit's page.
export function ground() {
  const [r, g, b] = getComputedStyle(document.querySelector(".stApp"))
    .backgroundColor.match(/[\d.]+/g)
    .map(Number);
  return 0.3 * r + 0.6 * g + 0.1 * b < 128 ? "dark" : "light";
}
