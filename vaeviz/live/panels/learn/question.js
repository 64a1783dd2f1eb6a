// One question: it is asked, answered once, and then explained.

import { button, element } from "../../draw/dom.js";
import { write } from "../../draw/formula.js";
import { filled, number, turned } from "./choose.js";

const PASSED = 0.6; // share of the rubric's points from which an answer counts as known
const TYPED = { number: "Type a number, such as 0.5.", short: "Write a few words first." };
let last = 0; // makes ids

export class Question {
  // about: the question; drawn: order and values; turn: the run; formula(tex); shown() once the
  // answer is there, done(share, passed) once it is graded
  constructor(about, drawn, turn, { formula, shown, done }) {
    Object.assign(this, { about, formula, shown, done, answered: false });
    this.number = drawn.numbers[about.id];
    this.order = turned(about, drawn, turn);
    this.root = element("div", "vv-question-card");
    this.stem = this.root.appendChild(element("h4", "vv-stem"));
    Object.assign(this.stem, { tabIndex: -1, id: `vv-stem-${(last += 1)}` });
    this.write(this.stem, about.stem);
    this.body = this.root.appendChild(element("div", "vv-answers"));
    this.verdict = this.root.appendChild(element("p", "vv-graded"));
    this.verdict.setAttribute("role", "status");
    this.after = this.root.appendChild(element("div", "vv-after"));
    if (about.kind === "prediction") this.predict();
    else if (this.order.length) this.choices();
    else this.field();
  }

  write(node, text) {
    return write(node, filled(text, this.number?.shown), this.formula);
  }

  paragraph(className, text) {
    return this.write(element("p", className), text);
  }

  // Buttons, whose numbers are keys.
  choices() {
    const list = this.body.appendChild(element("ol", "vv-options"));
    list.setAttribute("aria-labelledby", this.stem.id);
    this.options = this.order.map((k) => {
      const item = list.appendChild(element("li"));
      const own = item.appendChild(button("vv-option", "", "", () => this.choose(k)));
      this.write(own, this.about.options[k].text);
      return { k, item, own };
    });
  }

  // The live model has the answer: the user asks it, and says how it went.
  predict() {
    this.body.append(seen(this.about.link, `Ask the model: ${this.about.link.label}`));
    const list = this.body.appendChild(element("ol", "vv-options"));
    this.points = null;
    this.said = ["I was right", "I was wrong"].map((text, k) => {
      const own = button("vv-option", text, "", () => this.said && this.tell(k === 0));
      list.appendChild(element("li")).append(own);
      return own;
    });
  }

  tell(right) {
    for (const own of this.said) own.setAttribute("aria-disabled", "true");
    this.said = null;
    this.grade(right ? 1 : 0, right ? "Right, by the model." : "Not so, by the model.");
  }

  // A box to type in, and the button that ends it.
  field() {
    const { kind, unit } = this.about;
    const form = this.body.appendChild(element("form", "vv-typed"));
    const tag = kind === "short" ? "textarea" : "input";
    this.input = form.appendChild(element(tag));
    Object.assign(this.input, kind === "short" ? { rows: 4, maxLength: 4000 } : { maxLength: 40 });
    this.input.setAttribute("aria-labelledby", this.stem.id);
    if (kind === "number") Object.assign(this.input, { inputMode: "decimal", autocomplete: "off" });
    if (unit) form.append(element("span", "vv-unit", unit));
    const send = form.appendChild(
      element("button", "vv-main", kind === "short" ? "Show a good answer" : "Check"),
    );
    send.type = "submit";
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.typed(this.input.value);
    });
    this.form = form;
  }

  // The key of a number: an option, or a point of the rubric.
  key(k) {
    if (this.points ?? this.said) return (this.points ?? this.said)[k]?.click();
    const option = this.options?.[k];
    if (!option || this.answered) return undefined;
    return this.choose(option.k);
  }

  choose(k) {
    if (this.answered) return;
    const { options } = this.about;
    for (const { k: own, item, own: node } of this.options) {
      node.setAttribute("aria-disabled", "true");
      const { right, why } = options[own];
      if (right || own === k) item.classList.add(right ? "vv-right" : "vv-wrong");
      if (right || own === k) node.append(element("b", "", right ? " ✓" : " ✗"));
      if (why) item.append(this.paragraph("vv-reason", why));
    }
    const place = this.order.findIndex((own) => options[own].right) + 1;
    const right = k !== null && options[k].right;
    const best = `The right answer is ${place}.`;
    const told = right ? "Right." : k === null ? best : `Not right. ${best}`;
    this.grade(right ? 1 : 0, told);
  }

  typed(text) {
    if (this.answered) return;
    const { kind } = this.about;
    const value = kind === "number" ? number(text) : text.trim();
    if (value === "" || Number.isNaN(value)) {
      this.say(TYPED[kind]);
      this.input.focus();
      return;
    }
    if (kind === "number") this.compare(value);
    else this.reveal();
  }

  compare(value) {
    const { answer, tolerance } = this.number;
    const right = Math.abs(value - answer) <= tolerance;
    const best = signed(answer);
    this.close();
    this.grade(right ? 1 : 0, right ? `Right: ${best}.` : `Not right. The answer is ${best}.`);
  }

  // The model answer, and the points by which the user grades what was written.
  reveal() {
    this.close();
    this.answered = true;
    this.shown();
    this.after.append(this.paragraph("vv-model", this.about.answer));
    const list = this.after.appendChild(element("fieldset", "vv-rubric"));
    list.append(element("legend", "", "Which of these did you say?"));
    this.points = this.about.rubric.map((text) => {
      const label = list.appendChild(element("label"));
      const box = Object.assign(element("input"), { type: "checkbox" });
      label.append(box, this.write(element("span"), text));
      return box;
    });
    const counted = button("vv-main", "Grade it", "", () => this.rate());
    this.after.append(counted);
    this.counted = counted;
    this.say("Compare your answer with this one, and tick what you said.");
    this.points[0].focus();
  }

  rate() {
    const { points } = this;
    const said = points.filter(({ checked }) => checked).length;
    for (const point of points) point.disabled = true;
    this.counted.remove();
    this.points = null;
    this.grade(said / points.length, `${said} of ${points.length} points.`);
  }

  // The answer without one of the user's own.
  give() {
    if (this.answered) return;
    if (this.options) return this.choose(null);
    if (this.said) return this.tell(false);
    this.close();
    if (this.number) return this.grade(0, `The answer is ${signed(this.number.answer)}.`);
    this.after.append(element("p", "vv-best", "A good answer would be:"));
    this.after.append(this.paragraph("vv-model", this.about.answer));
    return this.grade(0, "Not answered.");
  }

  close() {
    this.input.readOnly = true;
    this.form.querySelector("button").remove();
  }

  grade(share, words) {
    const { explanation, link } = this.about;
    this.answered = true;
    this.root.classList.add(share >= PASSED ? "vv-passed" : "vv-failed");
    this.after.append(this.paragraph("vv-explanation", explanation));
    if (link) this.after.append(seen(link));
    this.say(words);
    this.done(share, share >= PASSED);
  }

  say(words) {
    this.verdict.textContent = words;
  }
}

// Where the app shows it, in a new tab: the quiz stays.
export function seen({ href, label }, words = `See it: ${label}`) {
  const node = element("a", "vv-see", words);
  return Object.assign(node, { href, target: "_blank", rel: "noopener" });
}

function signed(value) {
  return String(Number(value.toPrecision(4))).replace("-", "−");
}
