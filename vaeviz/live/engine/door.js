// The way into a room: a button in the bar, or an address such as "?room=CODE". What a room needs
// travels once there is one.

import { button } from "../draw/dom.js";
import { ticket } from "./kept.js";

export class Door {
  constructor(page) {
    Object.assign(this, { page, room: null });
    this.button = button("vv-room", "Room", "Let others follow this page, or follow one", () =>
      this.opened(),
    );
    this.button.setAttribute("aria-haspopup", "dialog");
    page.bar.add(this.button);
    const query = new URLSearchParams(location.search);
    if (query.has("room") || ticket()) this.enter();
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
  show() {
    this.room?.show();
  }

  // What the server must know of it.
  state() {
    return this.room?.state() ?? {};
  }
}
