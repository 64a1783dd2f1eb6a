// The panel of the cards: one at a time. A card that is not known yet comes back a few cards later;
// in another visit those that are due come first (progress.js). The server makes files of them.

import { button, element, options, status } from "../../draw/dom.js";
import { render, write } from "../../draw/formula.js";
import { typing } from "./choose.js";
import { Progress } from "./progress.js";

const SOON = 4; // cards until one that is not known comes back
const ALL = "";

export class Cards {
  constructor(host, page) {
    Object.assign(this, { page, section: ALL, turned: false });
    this.root = host.appendChild(element("div", "vv-ask"));
    this.root.tabIndex = -1;
    this.formula = (tex) => page.formula(tex);
    this.listen = (event) => this.typed(event);
    document.addEventListener("keydown", this.listen);
  }

  fill({ cards, alt }) {
    this.content = cards;
    this.root.setAttribute("aria-label", alt);
    if (!this.queue) {
      this.progress = new Progress(this.page.kept);
      this.progress.begin();
      this.build();
      this.deal();
    }
    this.wait();
  }

  draw() {}

  explain() {
    render(this.root, this.formula);
  }

  remove() {
    document.removeEventListener("keydown", this.listen);
    this.root.remove();
  }

  build() {
    const bar = element("div", "vv-onward vv-deck");
    const choice = element("select");
    choice.ariaLabel = "Section";
    const titles = this.content.sections.map(({ name, title }) => [name, title]);
    choice.append(...options([[ALL, "All sections"], ...titles]));
    choice.addEventListener("change", () => {
      this.section = choice.value;
      this.deal();
    });
    bar.append(
      choice,
      button("", "Shuffle", "Mix the cards that you do not know yet", () => this.deal(true)),
    );
    this.count = bar.appendChild(element("span"));
    this.card = element("div", "vv-card");
    this.card.addEventListener("click", () => this.turn(false));
    this.front = this.card.appendChild(element("h4", "vv-stem"));
    this.back = this.card.appendChild(element("p", "vv-back"));
    this.back.setAttribute("aria-live", "polite");
    this.onward = element("div", "vv-onward");
    this.root.replaceChildren(bar, this.card, this.onward, this.printing());
  }

  // Buttons that ask the server for a file of the chosen section, and how far it has come.
  printing() {
    const row = element("div", "vv-onward vv-print");
    for (const { action, label, help } of this.content.keeps)
      row.append(button("", label, help, () => this.page.act(action, this.section)));
    this.made = row.appendChild(element("progress"));
    this.making = row.appendChild(status("span", ""));
    return row;
  }

  wait() {
    const [first] = this.content.making;
    this.made.hidden = !first;
    if (first) Object.assign(this.made, { max: first.of, value: first.done });
    const text = first ? `Making: ${first.label}` : "";
    this.made.ariaLabel = text;
    if (this.making.textContent !== text) this.making.textContent = text;
  }

  get deck() {
    return this.content.deck.filter(({ section }) => !this.section || section === this.section);
  }

  // The cards of the chosen section, what is due first; or mixed, without those that are known
  // unless all are.
  deal(mixed = false) {
    const unknown = this.deck.filter(({ id }) => !this.progress.known(own(id)));
    const dealt = mixed && unknown.length ? unknown : [...this.deck];
    const place = new Map(dealt.map(({ id }) => [id, mixed ? Math.random() : this.rank(id)]));
    this.queue = dealt.sort((a, b) => place.get(a.id) - place.get(b.id));
    this.show();
  }

  rank(id) {
    return this.progress.rank(own(id), this.progress.round);
  }

  show() {
    const known = this.deck.filter(({ id }) => this.progress.known(own(id))).length;
    this.count.textContent = `${known} of ${this.deck.length} known`;
    this.turned = false;
    const [card] = this.queue;
    this.back.textContent = "";
    this.back.hidden = true;
    if (!card) {
      this.front.textContent = "That was the last card.";
      return this.onward.replaceChildren(button("vv-main", "Again", "", () => this.deal()));
    }
    write(this.front, card.front, this.formula);
    return this.onward.replaceChildren(button("vv-main", "Turn", "Space", () => this.turn()));
  }

  turn(focus = true) {
    if (this.turned || !this.queue.length) return;
    this.turned = true;
    this.back.hidden = false;
    write(this.back, this.queue[0].back, this.formula);
    const known = button("vv-main", "Known", "2", () => this.next(true));
    this.onward.replaceChildren(
      button("", "Not yet", "1", () => this.next(false)),
      known,
    );
    if (focus) known.focus();
  }

  next(known) {
    const card = this.queue.shift();
    this.progress.note(own(card.id), known);
    if (!known) this.queue.splice(SOON - 1, 0, card);
    this.show();
    this.onward.querySelector(".vv-main").focus();
  }

  // Space turns a card wherever the focus is, unless it is on a control; 1 and 2 say what is known.
  typed(event) {
    const { key, target, ctrlKey, metaKey, altKey, defaultPrevented } = event;
    if (!this.root.isConnected || ctrlKey || metaKey || altKey || defaultPrevented) return;
    if (typing(target) || target.closest?.("[popover], dialog")) return;
    const busy = "button:not([aria-selected=true]), a, summary, [role=button]"; // not the open tab
    const free = !target.matches?.(busy);
    if (key === " " && free && !this.turned) this.turn();
    else if (/^[12]$/.test(key) && this.turned) this.next(key === "2");
    else return;
    event.preventDefault();
  }
}

// The name of a card's progress: questions have their own.
function own(id) {
  return `card-${id}`;
}
