// A lecture before an audience: only the controls that the step needs, larger text, a mark at the
// pointer, a screen that can be blanked (B) or frozen (F), and a link to the lecturer's own window.

import { button, element } from "../draw/dom.js";

export class Present {
  constructor(page, lecture) {
    Object.assign(this, { page, lecture });
    this.ring = document.body.appendChild(element("div", "vv-ring"));
    this.cover = document.body.appendChild(element("div", "vv-blank"));
    this.all = button("vv-try", "All controls", "Show the controls that are folded", () => {
      this.unfolded = !this.unfolded;
      this.fold();
    });
    this.notes = element("a", "vv-try", "Notes");
    Object.assign(this.notes, { target: "_blank", rel: "noopener" });
    this.notes.title = "Notes, the next step and a clock, in a window of your own";
    lecture.screen.append(this.notes);
    page.side.prepend(this.all);
    this.moved = (event) => this.follow(event);
    document.addEventListener("pointermove", this.moved, true);
  }

  // `now` is the message's lecture, or null once it has ended.
  show(now) {
    const { page } = this;
    const desk = now?.desk ?? null;
    const on = Boolean(desk);
    if (on !== this.on) this.begin(on);
    this.cover.hidden = !desk?.blank;
    page.root.inert = Boolean(desk?.frozen);
    if (!on) return;
    const { pathname, origin } = location;
    this.notes.href = `${origin}${pathname.replace(/[^/]*$/, "")}?notes=${desk.key}`;
    this.needed = now.needed;
    this.fold();
  }

  begin(on) {
    const { page, lecture } = this;
    this.on = on;
    page.root.classList.toggle("vv-present", on);
    lecture.screen.hidden = !on;
    this.all.hidden = !on;
    this.ring.hidden = true;
    if (!on) this.unfold();
    page.resized();
  }

  // Controls come and go with the tool: each is looked at with every message.
  fold() {
    const { root, controls } = this.page;
    root.classList.toggle("vv-unfolded", Boolean(this.unfolded));
    root.classList.toggle("vv-scenes", this.needed.includes("scenes"));
    for (const [name, field] of controls.fields)
      field.root.classList.toggle("vv-folded", !this.unfolded && !this.needed.includes(name));
    this.all.textContent = this.unfolded ? "Fold the other controls" : "All controls";
  }

  unfold() {
    for (const { root } of this.page.controls.fields.values()) root.classList.remove("vv-folded");
  }

  follow({ clientX, clientY, pointerType }) {
    if (!this.page.root.isConnected) return this.remove();
    const { desk } = this.page.message?.lecture ?? {};
    this.ring.hidden = !desk || desk.frozen || pointerType === "touch";
    this.ring.style.translate = `${clientX}px ${clientY}px`;
  }

  remove() {
    document.removeEventListener("pointermove", this.moved, true);
    this.ring.remove();
    this.cover.remove();
  }

  pressed(event) {
    const { desk } = this.page.message.lecture;
    const name = { b: "blank", f: "frozen" }[event.key.toLowerCase()];
    if (!desk || !name || event.repeat || event.target.matches("select")) return;
    event.preventDefault();
    event.stopPropagation();
    this.lecture.act({ [name]: !desk[name] });
  }
}
