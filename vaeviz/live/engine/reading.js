// What the page says of itself: a column of plain words beside the board, and a "?" on each panel.
//
// The texts are copies of what source.js finds, dressed (dress.js).

import { button, element } from "../draw/dom.js";
import { Popover } from "../draw/popover.js";
import { dress, value } from "./dress.js";
import { keep, remembered } from "./kept.js";
import { Source } from "./source.js";
import { Tour } from "./tour.js";

const KEY = "vaeviz-reading"; // "open" or "closed" in this browser
const TWIN = /^[ab]-/; // before the name of a twin's panel
const SETTLED = 200; // ms from the board that was asked for until the text is
const LATEST = 4000; // ms from the page's start until the text is asked for all the same
const WIDE = 1700; // pixels from which there is room for it without being asked

export class Reading {
  constructor(page) {
    Object.assign(this, { page, marks: [], asked: false, born: performance.now() });
    this.source = new Source(page.root.dataset.chapter, () => this.changed());
    this.pop = new Popover(page.root);
    this.root = page.root.appendChild(element("aside", "vv-reading"));
    this.root.setAttribute("aria-label", "What this shows");
    this.body = element("div", "vv-text");
    const close = button("vv-close", "×", "Close", () => this.fold(true));
    close.setAttribute("aria-label", "Close the explanation");
    this.root.append(close, this.body);
    this.button = button("vv-explain", "Explain", "Explain what this page shows", () =>
      this.fold(!this.root.hidden),
    );
    // "predict": from the questions on
    this.asks = new URLSearchParams(location.search).get("explain");
    const open =
      (this.asks && "open") ?? remembered(KEY) ?? (window.innerWidth >= WIDE ? "open" : "closed");
    this.questions = element("section", "vv-predictions");
    this.fold(open !== "open", false);
    this.tour = new Tour(page, this);
    page.bar.add(this.tour.button);
    page.bar.add(this.button);
    for (const root of [this.root, this.pop.root]) {
      root.addEventListener("click", (event) => this.pressed(event));
      root.addEventListener("keydown", (event) => this.typed(event));
    }
  }

  get tool() {
    const { message, settings } = this.page;
    const open = settings.tool;
    return this.source.has(open, "") ? open : (message?.tool ?? "");
  }

  // Whether there is a text on this panel.
  has(panel) {
    return Boolean(this.find(panel));
  }

  // Whose text on a panel there is, and under which name: the open tool's own, or the one that a
  // page's tools have in common, which stands under the name of the server's tool.
  find(panel) {
    const names = [panel, panel.replace(TWIN, ""), panel.replace(/-plane$/, "")];
    for (const tool of new Set([this.tool, this.page.message?.tool ?? ""])) {
      const part = names.find((name) => this.source.has(tool, name));
      if (part) return [tool, part];
    }
    return null;
  }

  // A "?" for a part of the page that is no panel; `title` says what stands there.
  mark(part, title) {
    const node = button("vv-why", "?", "", () => this.ask(node, part, title));
    Object.assign(node, { hidden: true, ariaLabel: `Explain: ${title}` });
    node.setAttribute("aria-haspopup", "dialog");
    this.marks.push({ part, title, node });
    return node;
  }

  // What the server must know of it.
  state() {
    if (!this.root.hidden) return { reading: "open" };
    return this.asked ? { reading: "asked" } : {};
  }

  // With every message.
  show() {
    this.source.find();
    if (!this.asked && !this.source.node) this.expect();
    const { tool } = this;
    this.button.hidden = this.source.known && !this.source.has(tool, "");
    for (const { part, node } of this.marks) node.hidden = !this.has(part);
    if (tool !== this.shown && !this.root.hidden) this.write();
    if (!this.root.hidden) this.predict();
    this.refresh();
  }

  // The server has the text rendered once the board is there, which its formulas would hold up.
  expect() {
    const latest = Math.max(0, this.born + LATEST - performance.now());
    clearTimeout(this.later);
    this.later = setTimeout(
      () => this.want(),
      this.page.ready ? Math.min(SETTLED, latest) : latest,
    );
  }

  want() {
    clearTimeout(this.later);
    if (this.asked || this.source.node) return;
    this.asked = true;
    this.page.channel.tell();
  }

  changed() {
    this.shown = null;
    if (!this.page.message) return;
    this.show();
    this.page.panels.explain();
    this.tour.show();
  }

  fold(hidden, remember = true) {
    this.root.hidden = hidden;
    this.page.root.classList.toggle("vv-read", !hidden);
    this.button.setAttribute("aria-expanded", String(!hidden));
    if (remember) keep(KEY, hidden ? "closed" : "open");
    if (hidden || !this.page.message) return;
    this.want();
    this.page.channel.tell();
    this.show();
  }

  // The whole text of the open tool.
  write() {
    const { tool, source, page } = this;
    this.shown = tool;
    const title = page.tabbed.find(({ name }) => name === tool)?.label;
    const head = title ? [element("h3", "", title)] : [];
    const texts = this.sections(tool, source.parts(tool));
    const common = page.message.tool === tool ? [] : source.parts(page.message.tool);
    const more = [];
    if (source.has(tool, "try"))
      more.push(this.section("try", [element("h4", "", "Try"), ...source.take(tool, "try")]));
    more.push(this.questions);
    if (source.has(tool, "question")) more.push(this.question());
    const shared = this.sections(page.message.tool, common.filter(Boolean));
    this.body.replaceChildren(...head, ...texts, ...more, ...shared);
    this.dress(this.body);
    this.root.scrollTop = 0;
  }

  // What a tool says of itself, and of each panel, whose title then stands above.
  sections(tool, parts) {
    const told = parts.filter((part) => !/^(try|question|answer|predict-.*)$/.test(part));
    return told.map((part) => {
      const over = part ? [element("h4", "vv-of")] : [];
      if (part) over[0].dataset.panel = part;
      return this.section(part, [...over, ...this.source.take(tool, part)]);
    });
  }

  section(part, nodes) {
    const node = element("section", part && `vv-on-${part}`);
    node.append(...nodes);
    return node;
  }

  // The modules of predictions travel once somebody reads.
  async predict() {
    this.loading ??= import("./predictions.js");
    const { Predictions } = await this.loading;
    this.predictions ??= new Predictions(this.page, this, this.questions);
    this.predictions.show();
  }

  question() {
    const node = element("section", "vv-question");
    const answer = element("details");
    answer.append(element("summary", "", "Answer"), ...this.source.take(this.tool, "answer"));
    node.append(element("h4", "", "Question"), ...this.source.take(this.tool, "question"), answer);
    return node;
  }

  // The text on a panel, at its "?".
  ask(anchor, panel, title) {
    this.open(anchor, title, this.source.take(...this.find(panel)));
  }

  // A word of the glossary.
  define(anchor, term) {
    this.open(anchor, term, this.source.take("glossary", term));
  }

  // A word in the window itself is explained where the window stands.
  open(pressed, name, nodes, closed = null) {
    const anchor = this.pop.root.contains(pressed) ? this.pop.anchor : pressed;
    const text = this.text(nodes);
    if (anchor === pressed && !closed) this.pop.toggle(anchor, name, [text]);
    else this.pop.show(anchor, name, [text], closed);
    this.refresh();
  }

  text(nodes) {
    const text = element("div", "vv-text");
    text.append(...nodes);
    this.dress(text);
    return text;
  }

  dress(root) {
    dress(root, this.source, (query) => this.follow(query));
  }

  pressed({ target }) {
    const { term } = target.dataset ?? {};
    if (term) this.define(target, term);
  }

  // A word is pressed by the keyboard, too.
  typed(event) {
    if (!event.target.dataset.term || !["Enter", " "].includes(event.key)) return;
    event.preventDefault();
    this.pressed(event);
  }

  // The settings of a link, as a scene would set them.
  follow(query) {
    const settings = {};
    for (const [name, text] of new URLSearchParams(query)) {
      const number = typeof this.page.settings[name] === "number";
      settings[name] = number ? Number(text) : text;
    }
    this.page.jump({ settings }, performance.now());
  }

  // The numbers of what is shown now.
  refresh() {
    for (const root of [this.root, this.pop.root]) {
      if (root === this.root ? this.root.hidden : !this.pop.open) continue;
      for (const node of root.querySelectorAll("output.vv-value")) {
        const text = value(node.dataset.of, this.page);
        if (node.textContent !== text) node.textContent = text;
      }
      for (const node of root.querySelectorAll(".vv-of")) {
        const text = this.titleOf(node.dataset.panel);
        if (node.textContent !== text) node.textContent = text;
        node.parentNode.hidden = !text;
      }
    }
  }

  // What stands above a part of the page now: of twins, the first; "" where it is not there.
  titleOf(part) {
    const mark = this.marks.find((one) => one.part === part && one.node.offsetParent);
    if (mark) return mark.title;
    const { panels } = this.page.panels;
    const ids = [...panels.keys()].filter((id) => this.find(id)?.[1] === part);
    const { title = "", short = title } = panels.get(ids[0])?.about ?? {};
    return ids.length > 1 ? `A: ${short}` : title;
  }
}
