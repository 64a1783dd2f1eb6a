// The panel of the quiz: start, one question after another, summary. The server has sent the whole
// bank; what is answered stays here (progress.js).

import { button, element, status } from "../../draw/dom.js";
import { render } from "../../draw/formula.js";
import { chosen, numbers, typing } from "./choose.js";
import { Progress } from "./progress.js";
import { Question } from "./question.js";
import { start } from "./start.js";
import { summary, total } from "./summary.js";

const KEY = "vaeviz-quiz"; // the quiz that is under way in this browser
const COARSE = matchMedia("(pointer: coarse)"); // typing brings up a keyboard over the question

export class Quiz {
  constructor(host, page) {
    Object.assign(this, { host, page, run: null, key: "" });
    this.root = host.appendChild(element("div", "vv-ask"));
    this.root.tabIndex = -1; // scrolls
    this.said = host.appendChild(status("p", "vv-told"));
    this.formula = (tex) => page.formula(tex);
    this.listen = (event) => this.typed(event);
    document.addEventListener("keydown", this.listen);
  }

  get settings() {
    return this.page.settings;
  }

  // Other settings begin another quiz.
  fill({ quiz, alt }) {
    this.content = quiz;
    this.root.setAttribute("aria-label", alt);
    this.bank = new Map(quiz.bank.map((one) => [one.id, one]));
    this.progress ??= new Progress(this.page.kept);
    this.changed();
  }

  draw() {}

  // After every message: the settings are those of the newest.
  settle() {
    this.changed();
  }

  // Streamlit has rendered more formulas.
  explain() {
    render(this.root, this.formula);
  }

  remove() {
    document.removeEventListener("keydown", this.listen);
    this.root.remove();
    this.said.remove();
  }

  changed() {
    const { quiz, length, draw, sections } = this.settings;
    const key = JSON.stringify([quiz, length, draw, sections]);
    if (key === this.key) return;
    this.key = key;
    this.run = this.resumed();
    if (this.run) this.ask(false);
    else this.refresh();
  }

  // The quiz of these settings that was under way, if it is whole.
  resumed() {
    let kept = null;
    try {
      kept = JSON.parse(this.page.kept.remembered(KEY) ?? "null");
    } catch {
      return null;
    }
    if (kept?.key !== this.key || !Array.isArray(kept.ids) || !Array.isArray(kept.shares))
      return null;
    const fits = kept.ids.length <= this.bank.size && kept.shares.length < kept.ids.length;
    const known = fits && kept.ids.every((id) => this.bank.has(id));
    const graded = known && kept.shares.every((share) => share >= 0 && share <= 1);
    if (!graded || !Array.isArray(kept.passed) || kept.passed.length !== kept.shares.length)
      return null;
    const turn = Number.isInteger(kept.turn) && kept.turn >= 0 ? kept.turn : 0;
    const passed = kept.passed.map(Boolean);
    return { ids: kept.ids, shares: kept.shares, passed, turn, again: kept.again === true };
  }

  keep() {
    const text = this.run ? JSON.stringify({ key: this.key, ...this.run }) : "null";
    this.page.kept.keep(KEY, text);
  }

  // The start, anew.
  refresh() {
    const { content, settings, progress } = this;
    this.current = null;
    this.ids = chosen(content, settings, progress);
    const refresh = () => this.refresh();
    const tick = (k, on) => this.tick(k, on);
    const say = (words) => this.say(words);
    const begin = () => this.start(this.ids);
    const { ids } = this;
    this.root.replaceChildren(
      start({ content, settings, progress, ids, start: begin, tick, refresh, say }),
    );
  }

  // A section is ticked or not; all or none of them is "".
  tick(k, on) {
    const all = this.content.sections.map((_, at) => at + 1);
    const before = numbers(this.settings.sections);
    const now = new Set(before.length ? before : all);
    if (on) now.add(k);
    else now.delete(k);
    const some = all.filter((own) => now.has(own));
    const text = some.length === all.length ? "" : some.join(",");
    this.page.changed("sections", text, performance.now());
    this.changed();
    this.root.querySelectorAll(".vv-sections input")[k - 1]?.focus();
  }

  // `again`: the same questions at once; the options stand elsewhere in every run.
  start(ids, again = false) {
    this.progress.begin();
    this.run = { ids, shares: [], passed: [], turn: this.progress.round - 1, again };
    this.say("");
    this.ask();
  }

  leave() {
    this.run = null;
    this.keep();
    this.refresh();
    this.root.querySelector(".vv-main")?.focus();
  }

  // The next question, or the summary after the last.
  ask(focus = true) {
    const { run } = this;
    const at = run.shares.length;
    this.keep();
    if (at === run.ids.length) return this.end();
    const about = this.bank.get(run.ids[at]);
    const asked = new Question(about, this.content.drawn, run.turn, {
      formula: this.formula,
      shown: () => this.next.replaceChildren(),
      done: (share, passed) => this.graded(about.id, share, passed),
    });
    this.current = asked;
    this.next = element("div", "vv-onward");
    this.next.append(button("vv-give", "I don't know", "Show the answer", () => asked.give()));
    this.root.replaceChildren(this.head(about, at), asked.root, this.next);
    this.root.scrollTop = 0;
    if (focus) (asked.input && !COARSE.matches ? asked.input : asked.stem).focus();
    return undefined;
  }

  head({ section, concept }, at) {
    const { run, content } = this;
    const root = element("div", "vv-asked");
    const of = `Question ${at + 1} of ${run.ids.length}`;
    const { title } = content.sections.find(({ name }) => name === section);
    this.score = element("span", "vv-score", this.scored());
    root.append(element("b", "", of), this.score, element("span", "", title));
    root.append(element("span", "vv-concept", content.concepts[concept]));
    const bar = root.appendChild(element("progress"));
    Object.assign(bar, { max: run.ids.length, value: at, ariaLabel: of });
    return root;
  }

  scored() {
    return `Score ${total(this.run.shares)}`;
  }

  graded(id, share, passed) {
    this.progress.note(id, passed, this.run.again);
    this.run.shares.push(share);
    this.run.passed.push(passed);
    this.keep();
    this.score.textContent = this.scored();
    const more = this.run.shares.length < this.run.ids.length;
    const on = button("vv-main", more ? "Next" : "Result", "Enter", () => this.ask());
    this.next.replaceChildren(on);
    on.focus({ preventScroll: true });
    on.scrollIntoView({ block: "nearest" });
  }

  end() {
    const { content, run } = this;
    this.current = null;
    const repeat = (ids) => this.start(ids, true);
    const leave = () => this.leave();
    this.root.replaceChildren(summary({ content, run, repeat, leave }));
    this.run = null;
    this.keep();
    this.root.querySelector(".vv-stem").focus();
  }

  // 1 to 4 answer wherever the focus is, unless the user types; Enter is the focused button's.
  typed(event) {
    const { key, target, ctrlKey, metaKey, altKey } = event;
    if (!this.root.isConnected || !this.current || ctrlKey || metaKey || altKey) return;
    if (event.defaultPrevented || typing(target) || target.closest?.("[popover], dialog")) return;
    const nowhere = target === document.body || target === this.root || target.tabIndex < 0;
    if (/^[1-4]$/.test(key)) this.current.key(Number(key) - 1);
    else if (key === "Enter" && nowhere) this.next.querySelector(".vv-main")?.click();
    else return;
    event.preventDefault();
  }

  say(words) {
    this.said.textContent = words;
  }
}
