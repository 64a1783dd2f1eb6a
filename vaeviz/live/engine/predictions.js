// Predict, then reveal: questions on what a move will do, in the reading. The user answers, the
// server moves the settings, and the model's numbers say whether the answer was right.
//
// The message has predictions: [{name, moves: [[label, before, after]], and either kind with its
// fields, or waiting: true, or right with line}]; the words are the text's part "predict-NAME".

import { button, element } from "../draw/dom.js";
import { FORMS } from "./answers.js";

const RESTING = 300; // ms between two looks whether a drag has ended

export class Predictions {
  constructor(page, reading, root) {
    Object.assign(this, { page, reading, root, cards: new Map(), before: new Map(), tool: null });
  }

  // With every message, while the reading is open. A question that is as it was stays as the user
  // has answered it so far. With `only`, the one of this name.
  show(only = null) {
    clearTimeout(this.later);
    if (this.cards.size && this.page.controls.active) {
      this.later = setTimeout(() => this.show(only), RESTING); // a drag rebuilds nothing
      return;
    }
    const { predictions = [], tool } = this.page.message;
    const { source } = this.reading;
    if (tool !== this.tool) this.cards.clear();
    this.tool = tool;
    const told = predictions.filter(
      ({ name }) => source.has(tool, `predict-${name}`) && (only === null || name === only),
    );
    const nodes = told.map((each) => this.card(each));
    const head = nodes.length ? [element("h4", "", "Predict, then see")] : [];
    const before = this.root.childElementCount;
    if (before !== nodes.length + head.length || nodes.some((node) => !node.isConnected))
      this.root.replaceChildren(...head, ...nodes);
    if (nodes.length && this.reading.asks === "predict") {
      this.reading.asks = null;
      this.root.scrollIntoView();
    }
  }

  card(each) {
    const key = JSON.stringify([each.kind, each.options, each.moves, each.line, each.waiting]);
    const last = this.cards.get(each.name);
    if (last?.key === key) return last.node;
    const node = this.build(each);
    const focused = last?.node.contains(document.activeElement);
    this.cards.set(each.name, { key, node });
    last?.node.replaceWith(node);
    if (focused) node.querySelector("button, input")?.focus({ preventScroll: true });
    return node;
  }

  build(each) {
    const node = element("div", "vv-prediction");
    const stem = this.reading.text(this.reading.source.take(this.tool, `predict-${each.name}`));
    node.append(stem);
    const told = (each.moves ?? []).map(
      ([label, before, after]) => `${label}: ${before} → ${after}`,
    );
    if (told.length) node.append(element("p", "vv-moves", told.join(", ")));
    if (each.line !== undefined) node.append(...this.verdict(each));
    else if (each.waiting) node.append(element("p", "", "The model answers …"));
    else if (FORMS[each.kind]) node.append(this.form(each));
    else node.append(element("p", "", "It cannot be asked here now."));
    return node;
  }

  verdict({ name, right, line }) {
    const node = element("p", right ? "vv-right" : "vv-wrong");
    node.setAttribute("role", "status");
    node.append(element("strong", "", right ? "✓ Right. " : "✗ Not so. "), line);
    const again = button("vv-try", "Ask again", "", () => this.page.act("forget", name));
    const before = this.before.get(name);
    if (!before) return [node, again];
    const back = button("vv-try", "Back to before", "Undo the move", () => {
      this.page.act("forget", name);
      Object.assign(this.page, { scene: null, tau: null });
      this.page.request(before, performance.now());
    });
    return [node, again, " ", back];
  }

  form({ name, kind, ...fields }) {
    return FORMS[kind](fields, (answer) => this.answer(name, answer));
  }

  answer(name, answer) {
    this.before.set(name, { ...this.page.settings });
    Object.assign(this.page, { scene: null, tau: null });
    this.page.act("predict", { name, answer });
  }
}
