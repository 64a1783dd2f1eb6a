// The window of the button "Room": a room is opened, or joined by its code; for the lecturer code,
// QR code and link, how many follow, and the polls.

import { button, element } from "../draw/dom.js";
import { Popover } from "../draw/popover.js";
import { histogram } from "./histogram.js";

export class Lectern {
  constructor(room) {
    Object.assign(this, { room, key: "" });
    this.pop = new Popover(room.page.root, true);
    this.pop.root.classList.add("vv-lectern");
    this.body = element("div", "vv-text");
    this.told = element("p", "vv-told");
    this.told.setAttribute("role", "status");
    this.poll = element("section", "vv-poll");
    this.poll.setAttribute("aria-live", "polite");
    this.questions = element("section", "vv-asked");
  }

  get open() {
    return this.pop.open;
  }

  // Of the lecture, which a window would cover.
  get step() {
    return this.room.page.message?.lecture?.at;
  }

  toggle(anchor) {
    if (this.open) return this.pop.hide();
    Object.assign(this, { key: "", stepped: this.step });
    this.build();
    this.pop.show(anchor, "Room", [this.body]);
    if (this.room.drives) this.room.page.reading.want();
    this.room.page.channel.push();
    this.body.querySelector("button, input")?.focus();
    this.show();
  }

  // With every message.
  show() {
    if (!this.open) return;
    const { about } = this.room;
    if (about.code && !about.drives && !this.code) return this.pop.hide(); // it has joined
    if (this.step !== this.stepped) return this.pop.hide(); // the lecture has gone on
    this.build();
    if (about.error) this.said.textContent = about.error;
    if (this.room.drives) this.drive(about);
    this.pop.put(this.pop.anchor.getBoundingClientRect());
  }

  drive(about) {
    if (about.qr) this.paint(about.qr);
    else if (!this.picture && !this.asking) this.ask();
    const follow = `${about.followers} ${about.followers === 1 ? "follows" : "follow"}.`;
    if (this.told.textContent !== follow) this.told.textContent = follow;
    this.showPoll(about.poll);
    this.showQuestions();
  }

  // Anew only where the room is another.
  build() {
    const { room } = this;
    const { code = "", drives = false, follows = false } = room.about;
    const key = JSON.stringify([code, drives, follows]);
    if (key === this.key) return;
    Object.assign(this, { key, code, picture: null, asking: false, pollKey: "", listKey: "" });
    const close = button("vv-close", "×", "Close", () => this.pop.hide());
    close.setAttribute("aria-label", "Close the window");
    this.said = element("p", "vv-wrong");
    this.said.setAttribute("role", "alert");
    const parts = drives ? this.driving(code) : code ? this.sitting(code) : this.outside();
    const focused = this.body.contains(document.activeElement);
    this.body.replaceChildren(close, ...parts, this.said);
    if (focused) close.focus({ preventScroll: true });
  }

  outside() {
    const { room } = this;
    const form = element("form", "vv-answers");
    const field = Object.assign(element("input"), {
      size: 7,
      maxLength: 9,
      autocomplete: "off",
      ariaLabel: "Code of the room",
    });
    form.append(field, " ", element("button", "vv-answer", "Join"));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const code = field.value.trim().toUpperCase();
      this.said.textContent = "";
      if (code) room.join(code);
    });
    return [
      element("h3", "", "Room"),
      element("p", "", "Others follow what you show, each on their own screen. Nothing is stored."),
      button("vv-answer", "Open a room", "", () => room.open()),
      element("h4", "", "Or follow one"),
      element("p", "", "Type the code that the lecturer shows."),
      form,
    ];
  }

  sitting(code) {
    const leave = button("vv-answer", "Leave the room", "", () => this.room.leave());
    return [element("h3", "", `Room ${code}`), element("p", "", "You follow a lecturer."), leave];
  }

  driving(code) {
    this.qr = element("p", "vv-qr");
    const link = element("p", "vv-link", this.link);
    const hint = /^(localhost|127\.|\[?::1)/.test(location.hostname)
      ? [element("p", "vv-wrong", LOCAL)]
      : [];
    const key = button("vv-try", "Copy my own link", KEY, () => this.copy(key));
    return [
      element("h3", "vv-code", code),
      this.qr,
      link,
      ...hint,
      this.told,
      this.poll,
      this.questions,
      element("h4", "", "You"),
      key,
      " ",
      button("vv-try", "End the room", "", () => this.end()),
    ];
  }

  end() {
    this.room.act("end");
    this.room.leave();
  }

  get link() {
    return `${location.origin}${location.pathname}?room=${this.room.about.code}`;
  }

  async copy(node) {
    const own = `${this.link}&key=${this.room.about.key}`;
    try {
      await navigator.clipboard.writeText(own);
      node.textContent = "Copied: keep it to yourself";
    } catch {
      window.prompt("Your own link: keep it to yourself", own);
    }
  }

  ask() {
    this.asking = true;
    setTimeout(() => this.room.act("qr", this.link));
  }

  // What segno has drawn, as a picture: no markup of a message becomes part of the page.
  paint(svg) {
    const { documentElement: drawn } = new DOMParser().parseFromString(svg, "image/svg+xml");
    drawn.setAttribute("role", "img");
    drawn.setAttribute("aria-label", `QR code of ${this.link}`);
    this.picture = drawn;
    this.qr.replaceChildren(document.importNode(drawn, true));
  }

  // What is asked, the answers, and what comes next.
  showPoll(poll) {
    const key = JSON.stringify(poll ?? null);
    if (key === this.pollKey) return;
    this.pollKey = key;
    if (!poll) return this.poll.replaceChildren();
    const focus = document.activeElement?.textContent;
    const nodes = [element("h4", "", "The room is asked"), this.room.follower.stem(poll)];
    const moves = poll.moves.map(([label, before, after]) => `${label}: ${before} → ${after}`);
    if (moves.length) nodes.push(element("p", "vv-moves", moves.join(", ")));
    const count = `${poll.answers} ${poll.answers === 1 ? "answer" : "answers"}`;
    nodes.push(element("p", "vv-count", count), ...histogram(poll));
    if (poll.truth)
      nodes.push(element("p", "", `${poll.right} of ${poll.answers} are right. ${poll.truth}`));
    if (poll.stage === "open")
      nodes.push(
        button("vv-answer", "Show answers", "", () => this.room.act("count")),
        " ",
      );
    if (poll.stage !== "revealed")
      nodes.push(
        button("vv-answer", "Reveal", "Move the model, and let it answer", () =>
          this.room.act("reveal"),
        ),
        " ",
      );
    nodes.push(button("vv-try", "Take the question away", "", () => this.room.act("close")));
    this.poll.replaceChildren(...nodes);
    if (poll.number !== this.number) {
      this.number = poll.number;
      this.poll.querySelector("button").focus({ preventScroll: true });
      this.pop.root.scrollTop = this.poll.offsetTop;
    } else if (focus)
      [...this.poll.querySelectorAll("button")].find((b) => b.textContent === focus)?.focus();
  }

  // The questions of the open tool, each with a button that puts it to the room.
  showQuestions() {
    const { page, about } = this.room;
    const { predictions = [], tool } = page.message;
    const { source } = page.reading;
    const asked = predictions.filter(
      ({ name, kind }) => kind && source.has(tool, `predict-${name}`) && name !== about.poll?.name,
    );
    const key = JSON.stringify([tool, asked.map(({ name, moves }) => [name, moves])]);
    if (key === this.listKey || this.questions.contains(document.activeElement)) return;
    this.listKey = key;
    const items = asked.map(({ name, moves = [] }) => {
      const item = element("div", "vv-prediction");
      const ask = button("vv-try", "Ask the room", "", () => {
        ask.blur(); // the list is made anew
        this.room.act("ask", name);
      });
      const told = moves.map(([label, before, after]) => `${label}: ${before} → ${after}`);
      const move = element("p", "vv-moves", told.join(", "));
      move.hidden = !told.length;
      item.append(page.reading.text(source.take(tool, `predict-${name}`)), move, ask);
      return item;
    });
    const head = items.length ? [element("h4", "", "Ask the room")] : [];
    this.questions.replaceChildren(...head, ...items);
  }
}

const LOCAL = "Others cannot open this address: open the page by the server's own name first.";
const KEY = "A link that lets you drive this room from another window or machine";
