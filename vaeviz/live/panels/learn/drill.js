// The panel of the timed drill: stages with a clock, what good work looks like, a rubric for the
// explanation, and the stub's files. What the user ticks and writes stays in this browser.

import { button, element } from "../../draw/dom.js";
import { save } from "../../draw/keep.js";
import { Clock } from "./clock.js";

const KEY = "vaeviz-drill";
const TICK = 250; // ms between two looks at the clock
const LONGEST = 8000; // characters of the explanation that are kept

export class Drill {
  constructor(host, page) {
    Object.assign(this, { page, at: 0, ticks: new Set(), said: "", revealed: false });
    this.root = host.appendChild(element("div", "vv-ask vv-drill"));
    this.timer = setInterval(() => this.tick(), TICK);
  }

  fill({ drill, alt }) {
    const { plan, files } = drill;
    this.root.setAttribute("aria-label", alt);
    const fresh = !this.plan;
    Object.assign(this, { plan, files });
    if (fresh) this.restore();
    if (fresh || files.length !== this.offered) this.show();
  }

  draw() {}

  explain() {}

  remove() {
    clearInterval(this.timer);
    this.root.remove();
  }

  get stage() {
    return this.plan.stages[this.at];
  }

  // What this browser remembers of a drill; anything odd in it begins a new one.
  restore() {
    let kept = {};
    try {
      kept = JSON.parse(this.page.kept.remembered(KEY) ?? "{}") ?? {};
    } catch {
      kept = {};
    }
    const { at = 0, ticks = [], said = "", spent = [] } = kept;
    const last = this.plan.stages.length - 1;
    this.at = Number.isInteger(at) && at >= 0 && at <= last ? at : 0;
    this.ticks = new Set(Array.isArray(ticks) ? ticks.filter((t) => typeof t === "string") : []);
    this.said = typeof said === "string" ? said.slice(0, LONGEST) : "";
    this.clock = new Clock(this.plan.stages.length, spent);
  }

  keep() {
    const { at, said, clock } = this;
    const kept = { at, said: said.slice(0, LONGEST), ticks: [...this.ticks], spent: clock.spent };
    this.page.kept.keep(KEY, JSON.stringify(kept));
  }

  show() {
    this.offered = this.files.length;
    const { stage } = this;
    this.face = element("p", "vv-clock");
    this.face.setAttribute("role", "timer");
    const parts = [this.rail(), this.face, this.buttons(), element("p", "vv-do", stage.do)];
    if (stage.name === "explain") parts.push(this.explanation());
    if (stage.name === "implement") parts.push(this.stub());
    if (stage.name === "check") parts.push(this.check());
    const points = stage.good.map((text, k) => [`${stage.name}-${k}`, text]);
    parts.push(this.list("What good work looks like", points));
    this.root.replaceChildren(...parts);
    this.tick();
  }

  // All stages; the one of now is marked, and each can be gone to.
  rail() {
    const rail = element("ol", "vv-rail");
    this.plan.stages.forEach(({ title, minutes }, k) => {
      const node = button("", `${title} ${minutes} min`, "", () => this.go(k));
      if (k === this.at) node.setAttribute("aria-current", "step");
      rail.appendChild(element("li")).append(node);
    });
    return rail;
  }

  buttons() {
    const root = element("div", "vv-onward");
    const { running } = this.clock;
    const toggle = button("vv-main", running ? "Pause" : "Start the clock", "", () => {
      this.clock.turn(this.at);
      this.keep();
      this.show();
      this.root.querySelector(".vv-main").focus();
    });
    root.append(toggle);
    if (this.at + 1 < this.plan.stages.length)
      root.append(button("", "Next stage", "", () => this.go(this.at + 1)));
    root.append(button("", "Start over", "Forget times, ticks and text", () => this.over()));
    return root;
  }

  go(stage) {
    this.at = stage;
    this.clock.goes(stage);
    this.keep();
    this.show();
    this.root.querySelector("[aria-current]").focus();
  }

  over() {
    Object.assign(this, { at: 0, ticks: new Set(), said: "", revealed: false });
    this.clock = new Clock(this.plan.stages.length, []);
    this.keep();
    this.show();
    this.root.querySelector(".vv-main").focus();
  }

  list(title, points) {
    const root = element("fieldset", "vv-rubric");
    root.append(element("legend", "", title));
    for (const [id, text] of points) {
      const label = root.appendChild(element("label"));
      const box = Object.assign(element("input"), { type: "checkbox" });
      box.checked = this.ticks.has(id);
      box.addEventListener("change", () => {
        if (box.checked) this.ticks.add(id);
        else this.ticks.delete(id);
        this.keep();
      });
      label.append(box, ` ${text}`);
    }
    return root;
  }

  // Write first; then the rubric, to tick what was said.
  explanation() {
    const root = element("div", "vv-written");
    const text = element("textarea");
    Object.assign(text, { rows: 5, maxLength: LONGEST, ariaLabel: "Your explanation" });
    text.value = this.said;
    text.addEventListener("input", () => {
      this.said = text.value;
    });
    text.addEventListener("change", () => this.keep());
    root.append(text);
    const points = this.plan.rubric.map(({ name, says, wrong }) => [
      `rubric-${name}`,
      `${says} Often wrong: ${wrong}`,
    ]);
    const reveal = button("", "Compare with the rubric", "", () => {
      this.revealed = true;
      reveal.replaceWith(this.list("Tick what you said", points));
    });
    root.append(this.revealed ? this.list("Tick what you said", points) : reveal);
    return root;
  }

  stub() {
    const root = element("div", "vv-onward");
    for (const { name, text } of this.files)
      root.append(
        button("", `Save ${name}`, "The stub to complete", () => save(name, new Blob([text]))),
      );
    if (!this.files.length) root.append("The stub is being written …");
    return root;
  }

  check() {
    const root = element("p");
    root.append("On your own machine: ", element("code", "", this.plan.command));
    return root;
  }

  tick() {
    if (!this.clock || !this.face) return;
    const { clock, at, stage } = this;
    const text = clock.face(at, stage.minutes);
    if (this.face.textContent !== text) this.face.textContent = text;
    this.face.classList.toggle("vv-over", clock.left(at, stage.minutes) < 0);
  }
}
