// A guided lecture, in the reading's column: the step's words, what to do, whether it is done, the
// way back and on, and a rail of all steps. Before an audience present.js changes the whole page.
//
// A message has, while a lecture is on, lecture: {name, title, at: the step from 0, steps: titles,
// left: minutes from this step on, done: steps whose condition has held, near: whether the page and
// tool are the step's, page: the step's, waits: whether it has a condition, light: panels, needed:
// settings, prediction: name or "", move: settings that do what is asked, address: {name: text},
// desk: null | {key, blank, frozen}}; while the menu is open lectures: [{name, title, about,
// minutes, steps} | {name, title, fault}]; and refused: why one can't be opened, or "".
// To the server: the action "lecture" with {begin: name}, {file: text}, {go: step}, {leave: true},
// {present: bool}, {blank: bool} or {frozen: bool}.

import { button, element, status } from "../draw/dom.js";
import { attach, visit } from "./address.js";
import { dress } from "./dress.js";
import { Menu } from "./lectures.js";
import { reveal } from "./narrow.js";
import { Predictions } from "./predictions.js";
import { Source } from "./source.js";

const KEYS = { PageDown: 1, PageUp: -1 }; // as a presenter's remote control sends them
const QUIZ = "learn"; // what a last step has in place of "Next"
const TYPED = "input:not([type=range]), textarea, [contenteditable=true]";

styled();

export class Lecture {
  constructor(page) {
    Object.assign(this, { page, shown: "", lit: [], revealed: "" });
    this.menu = new Menu(page, this);
    this.source = new Source("lecture", () => this.write());
    this.root = element("section", "vv-lecture");
    this.root.setAttribute("aria-label", "Guided lecture");
    this.build();
    page.reading.body.before(this.root);
    this.predictions = new Predictions(page, page.reading, this.question);
    this.key = (event) => this.pressed(event);
    document.addEventListener("keydown", this.key, true);
  }

  build() {
    this.head = element("p", "vv-lecture-head");
    this.rail = element("ol", "vv-rail");
    this.rail.setAttribute("aria-label", "Steps");
    this.title = element("h3");
    this.title.setAttribute("aria-live", "polite");
    this.words = element("div", "vv-text");
    this.task = element("div", "vv-text vv-task");
    this.done = status("p", "vv-achieved");
    this.after = element("div", "vv-text vv-after");
    this.away = element("p", "vv-away", "You have left this step's page.");
    this.question = element("section", "vv-predictions");
    this.back = button("vv-answer", "Back", "Page Up", () => this.go(this.at - 1));
    this.next = button("vv-answer", "Next", "Page Down", () => this.go(this.at + 1));
    this.quiz = button("vv-answer", "Quiz", "Leave, and go to the page Quiz", () => this.test());
    this.again = button("vv-try", "Start this step again", "", () => this.go(this.at));
    this.doing = button("vv-try", "Do it for me", "Set what the step asks for", () => this.move());
    this.leave = button("vv-try", "Leave", "End the lecture", () => this.act({ leave: true }));
    this.more = button("vv-try", "About this page", "The page's own text", () => this.turn());
    this.present = button("vv-try", "Present", "For an audience", () =>
      this.act({ present: !this.now.desk }),
    );
    const ways = element("p", "vv-ways");
    ways.append(this.back, this.next, this.quiz);
    const others = element("p", "vv-ways");
    others.append(this.doing, this.again, this.more, this.present, this.leave);
    this.screen = element("div", "vv-desk");
    const { head, rail, title, words, task, done, after, away, question, screen } = this;
    this.root.append(head, rail, ways, title, words, away, task, done, question, after);
    this.root.append(others, screen);
  }

  // What the server must know of it.
  state() {
    return this.menu.open ? { lectures: "menu" } : {};
  }

  get now() {
    return this.page.message.lecture;
  }

  get at() {
    return this.now.at;
  }

  // With every message, once a lecture is on or the menu was opened.
  show() {
    const { now, page } = this;
    const { message, reading } = page;
    this.menu.show(message.lectures, message.refused ?? "");
    if (message.refused && !now) this.menu.tell(message.refused);
    const on = Boolean(now);
    if (on !== this.on) this.begin(on);
    if (!on) return this.light([]);
    attach(now.address);
    if (!this.source.node?.isConnected) this.source.find();
    this.progress();
    this.light(now.light);
    if (now.prediction && !reading.root.hidden) this.predictions.show(now.prediction);
    this.question.hidden = !now.prediction;
    if (now.desk || this.presenting) this.audience();
  }

  // The lecture takes the place of the page's text, and gives it back.
  begin(on) {
    const { reading } = this.page;
    this.on = on;
    this.root.hidden = !on;
    reading.body.hidden = on;
    if (on) {
      this.menu.pop.hide();
      this.folded = reading.root.hidden;
      reading.fold(false, false);
    } else if (this.folded !== undefined) {
      reading.fold(this.folded, false);
      attach({ lecture: null, step: null, present: null });
      this.page.remember();
      this.presenting?.show(null);
      if (this.onward) visit(this.page.root, this.onward);
      this.onward = "";
    }
  }

  // The page's own text, below the step.
  turn() {
    const { body } = this.page.reading;
    body.hidden = !body.hidden;
    this.more.setAttribute("aria-expanded", String(!body.hidden));
    if (!body.hidden) body.scrollIntoView({ block: "nearest" });
  }

  // Rebuilt only where the step is another, or something of it has changed.
  progress() {
    const { now } = this;
    const { known } = this.page.reading.source; // its glossary
    const key = JSON.stringify([now, known, this.page.message.theme]);
    if (key === this.shown) return;
    this.shown = key;
    const minutes = `${Number(now.left.toFixed(1))} min left`;
    this.head.textContent = `${now.title} · ${now.at + 1} of ${now.steps.length} · ${minutes}`;
    this.rail.replaceChildren(...now.steps.map((title, k) => this.stop(title, k)));
    this.back.disabled = now.at === 0;
    const last = now.at + 1 === now.steps.length;
    this.next.hidden = last;
    this.quiz.hidden = !last;
    this.away.hidden = now.near;
    this.again.textContent = now.near ? "Start this step again" : "Return to this step";
    this.doing.hidden = !Object.keys(now.move).length;
    const done = now.done.includes(now.at);
    const text = done ? "✓ Done." : "";
    if (this.done.textContent !== text) this.done.textContent = text;
    this.after.hidden = !done;
    this.present.textContent = now.desk ? "Stop presenting" : "Present";
    if (now.at !== this.written || known !== this.knew) this.write();
    this.knew = known;
    this.page.remember();
  }

  stop(title, k) {
    const { now } = this;
    const item = element("li", now.done.includes(k) ? "vv-kept" : "");
    const node = button("", String(k + 1), title, () => this.go(k));
    const done = now.done.includes(k) ? ", done" : "";
    node.setAttribute("aria-label", `Step ${k + 1}: ${title}${done}`);
    if (k === now.at) node.setAttribute("aria-current", "step");
    item.append(node);
    return item;
  }

  // The words of the step, as soon as Streamlit has rendered them.
  write() {
    const { now, source } = this;
    if (!now) return;
    this.title.textContent = now.steps[now.at];
    this.words.replaceChildren(...source.take(String(now.at), "words"));
    this.task.replaceChildren(...source.take(String(now.at), "do"));
    this.task.hidden = !this.task.childElementCount;
    const { reading } = this.page;
    this.after.replaceChildren(...source.take(String(now.at), "after"));
    for (const root of [this.words, this.task, this.after])
      dress(root, reading.source, (query) => reading.follow(query));
    if (this.written !== now.at) reading.root.scrollTop = 0;
    this.written = now.at;
    reading.refresh();
  }

  light(names) {
    const { panels } = this.page.panels;
    const nodes = names.map((name) => panels.get(name)?.root ?? this.part(name)).filter(Boolean);
    for (const node of this.lit) if (!nodes.includes(node)) node.classList.remove("vv-lit");
    for (const node of nodes) node.classList.add("vv-lit");
    this.lit = nodes;
    if (nodes.length && this.now?.near) this.reveal(nodes[0]);
  }

  // Once per step, for what the user scrolls to stays; again where an earlier panel comes late.
  reveal(node) {
    const key = `${this.now.name} ${this.now.at} ${node.className}`;
    if (key !== this.revealed) requestAnimationFrame(() => reveal(node, true));
    this.revealed = key;
  }

  // A part of the page that is no panel.
  part(name) {
    return this.page.root.querySelector(`.vv-${CSS.escape(name)}`);
  }

  go(step) {
    if (step < 0 || step >= this.now.steps.length) return;
    this.act({ go: step });
  }

  // The page's lecture is over first: its steps would stand beside the quiz.
  test() {
    this.onward = QUIZ;
    this.act({ leave: true });
  }

  move() {
    this.page.jump({ settings: this.now.move, notice: "" }, performance.now());
  }

  act(asked) {
    Object.assign(this.page, { scene: null, tau: null });
    this.page.act("lecture", asked);
  }

  // Page Up and Page Down are the lecture's, from wherever but a text.
  pressed(event) {
    if (!this.page.root.isConnected) return document.removeEventListener("keydown", this.key, true);
    const way = KEYS[event.key];
    const { ctrlKey, metaKey, altKey, shiftKey, target } = event;
    if (!this.now || ctrlKey || metaKey || altKey || shiftKey) return;
    if (target.matches?.(TYPED)) return;
    if (way === undefined) return this.presenting?.pressed(event);
    event.preventDefault();
    event.stopPropagation();
    if (!event.repeat) this.go(this.at + way);
  }

  // What an audience needs travels only then.
  async audience() {
    this.loading ??= import("./present.js");
    const { Present } = await this.loading;
    this.presenting ??= new Present(this.page, this);
    this.presenting.show(this.now);
  }
}

function styled() {
  const { href } = new URL("../styles/lecture.css", import.meta.url);
  document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href }));
}
