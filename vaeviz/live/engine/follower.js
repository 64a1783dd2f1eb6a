// A follower: a slim line that says so, the lecturer's page, the step of a lecture, and the poll.

import { button, element } from "../draw/dom.js";
import { write } from "../draw/formula.js";
import { visit } from "./address.js";
import { FORMS } from "./answers.js";
import { histogram } from "./histogram.js";

const AGAIN = 400; // ms until a question's words are looked for again
const SOON = 3000; // ms until another page is asked for again
const MOVES = [
  ".vv-side :is(input, select, textarea, button):not(.vv-why)",
  ".vv-tabs button, .vv-scene, .vv-reset, .vv-reading .vv-try, .vv-reading .vv-answers *",
  ".vv-panel canvas, .vv-pad canvas, .vv-tool :is(input, select)",
].join(", ");
const DRAGS = "input[type=range], .vv-steered canvas, .vv-pad canvas"; // no finger scrolls there
const EVENTS = ["input", "change", "click", "keydown", "pointerdown"];

export class Follower {
  constructor(room) {
    Object.assign(this, { room, key: "", pollKey: "", version: 0, asked: -Infinity });
    const { root } = room.page;
    this.line = element("p", "vv-following");
    this.line.hidden = true;
    this.text = element("span");
    this.text.setAttribute("role", "status");
    this.turn = button("vv-try", "", "", () => this.turned());
    this.line.append(this.text, " ", this.turn);
    room.page.bar.add(this.line);
    this.step = element("p", "vv-step");
    this.step.hidden = true;
    this.lit = [];
    room.page.bar.add(this.step);
    this.card = root.appendChild(element("section", "vv-card"));
    this.card.hidden = true;
    this.card.setAttribute("aria-label", "A question to the room");
    this.card.setAttribute("aria-live", "polite");
    this.moved = (event) => this.alone(event);
    for (const type of EVENTS) root.addEventListener(type, this.moved, true);
  }

  get follows() {
    const { code, drives, follows } = this.room.about;
    return Boolean(code && !drives && follows);
  }

  // With every message.
  show() {
    const { code, drives, follows, page, version = 0, own = {}, error } = this.room.about;
    const sits = Boolean(code && !drives);
    this.room.page.root.classList.toggle("vv-follows", this.follows);
    if (sits) {
      this.say(error ?? (follows ? `Following ${code}` : `Exploring alone, room ${code}`));
      this.turn.textContent = follows ? "Explore alone" : "Follow again";
      this.turn.hidden = false;
    } else if (this.sat) {
      this.turn.hidden = true;
      this.say(this.room.left ? "" : (error ?? "The room is over."));
    }
    this.sat = sits;
    if (this.follows && page && page.name !== this.chapter) this.go(page.path);
    else if (this.follows && version !== this.version) this.point(own.point, version);
    this.showStep(this.follows && page?.name === this.chapter ? this.room.about.step : null);
    this.showPoll(this.follows ? this.room.about.poll : null);
  }

  // The title and task of the lecturer's step, and the panels that are lit there.
  showStep(step) {
    const { root, panels } = this.room.page;
    const part = (name) =>
      panels.panels.get(name)?.root ?? root.querySelector(`.vv-${CSS.escape(name)}`);
    const nodes = (step?.light ?? []).map(part).filter(Boolean);
    for (const node of this.lit) if (!nodes.includes(node)) node.classList.remove("vv-lit");
    for (const node of nodes) node.classList.add("vv-lit");
    this.lit = nodes;
    const key = JSON.stringify(step ?? null);
    if (key === this.stepKey) return;
    this.stepKey = key;
    this.step.hidden = !step;
    if (!step) return;
    const task = write(element("span"), step.task, () => null);
    this.step.replaceChildren(element("strong", "", step.title), " ", task);
  }

  get chapter() {
    return this.room.page.root.dataset.chapter;
  }

  say(text) {
    this.line.hidden = !text;
    if (this.text.textContent !== text) this.text.textContent = text;
  }

  turned() {
    this.version = 0;
    this.room.act(this.follows ? "alone" : "follow");
  }

  // A move of the follower's own: from here on this page goes its own way.
  alone(event) {
    const own = event.type === "pointerdown" ? DRAGS : MOVES;
    if (!this.follows || !event.isTrusted || !event.target.closest?.(own)) return;
    if (event.type === "keydown" && ["Tab", "Shift", "Escape"].includes(event.key)) return;
    if (this.room.page.channel.actions.some(({ name }) => name === "room-alone")) return;
    this.room.act("alone");
  }

  // The point under the lecturer's pointer, on a page that has one.
  point(point, version) {
    const { page } = this.room;
    if (Array.isArray(point) && page.z?.length === point.length) page.go(Float32Array.from(point));
    else if (Array.isArray(point) && page.z) return; // its model is on its way
    this.version = version;
  }

  go(path) {
    if (performance.now() - this.asked < SOON) return;
    this.asked = performance.now();
    visit(this.room.page.root, path, `?room=${this.room.about.code}`);
  }

  // The words of a question, from the page's text.
  stem({ tool, name }) {
    const { reading } = this.room.page;
    const node = element("div", "vv-stem");
    if (reading.source.has(tool, `predict-${name}`))
      node.append(reading.text(reading.source.take(tool, `predict-${name}`)));
    else {
      reading.want();
      setTimeout(() => {
        this.pollKey = "";
        this.room.show();
      }, AGAIN);
    }
    return node;
  }

  // A form stays as it is while it is filled in.
  showPoll(poll) {
    if (poll && poll.number === this.closed && poll.stage !== "open") poll = null;
    const { number, stage, mine, kind, options, bars, spots, verdict } = poll ?? {};
    const key = JSON.stringify([number, stage, mine, kind, options, bars, spots, verdict]);
    if (key === this.pollKey) return;
    this.pollKey = key;
    this.card.hidden = !poll;
    if (!poll) return this.card.replaceChildren();
    const moves = poll.moves.map(([label, before, after]) => `${label}: ${before} → ${after}`);
    const nodes = [element("h4", "", "The room is asked"), this.stem(poll)];
    if (stage !== "open") nodes.unshift(this.closing(number));
    if (moves.length) nodes.push(element("p", "vv-moves", moves.join(", ")));
    if (stage === "open") nodes.push(...this.form(poll));
    else nodes.push(...histogram(poll));
    if (poll.truth) nodes.push(...this.verdict(poll));
    this.card.replaceChildren(...nodes);
  }

  closing(number) {
    const close = button("vv-close", "×", "Close", () => {
      this.closed = number;
      this.showPoll(null);
    });
    return Object.assign(close, { ariaLabel: "Close the question" });
  }

  form(poll) {
    if (poll.mine && this.changing !== poll.number) {
      const again = button("vv-try", "Change it", "", () => {
        this.changing = poll.number;
        this.pollKey = "";
        this.showPoll(poll);
      });
      return [element("p", "", "Your answer has arrived."), again];
    }
    return [FORMS[poll.kind](poll, (answer) => this.answer(poll.number, answer), "Send")];
  }

  answer(number, answer) {
    this.changing = null;
    this.pollKey = "";
    this.room.act("answer", { number, answer });
  }

  verdict({ verdict, truth, right, answers }) {
    const room = `${right} of ${answers} are right.`;
    if (!verdict) return [element("p", "", `${truth} ${room}`)];
    const node = element("p", verdict[0] ? "vv-right" : "vv-wrong");
    node.append(element("strong", "", verdict[0] ? "✓ Right. " : "✗ Not so. "), verdict[1]);
    return [node, element("p", "", room)];
  }

  gone() {
    for (const type of EVENTS) this.room.page.root.removeEventListener(type, this.moved, true);
  }
}
