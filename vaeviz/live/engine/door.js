// The ways into a lecture and into a room: a button each in the bar, and for a room an address such
// as "?room=CODE". What a lecture or a room needs travels once there is one.

import { button, element } from "../draw/dom.js";
import { ticket } from "./kept.js";

export class Door {
  constructor(page) {
    Object.assign(this, { page, room: null });
    this.button = button("vv-room", "Room", "Let others follow this page, or follow one", () =>
      this.opened(),
    );
    this.button.setAttribute("aria-haspopup", "dialog");
    page.bar.add(this.course());
    page.bar.add(this.button);
    const query = new URLSearchParams(location.search);
    if (query.has("room") || ticket()) this.enter();
  }

  course() {
    const menu = ({ currentTarget }) => this.lecturing((each) => each.menu.toggle(currentTarget));
    const node = button("vv-course", "▷", "Lectures: the course in steps", menu);
    node.append(element("span", "vv-word", " Lectures"));
    return Object.assign(node, { ariaLabel: "Lectures" });
  }

  async lecturing(act) {
    const { page } = this;
    const { Lecture } = await import("./lecture.js");
    act((page.lecture ??= new Lecture(page)));
  }

  async opened() {
    (await this.enter()).toggle(this.button);
  }

  async enter() {
    this.loading ??= import("./room.js");
    const { Room } = await this.loading;
    this.room ??= new Room(this.page, this.button);
    return this.room;
  }

  // With every message.
  show({ lecture, refused }) {
    if (lecture || refused || this.page.lecture) this.lecturing((each) => each.show());
    this.room?.show();
  }

  // What the server must know of it.
  state() {
    return this.room?.state() ?? {};
  }
}
