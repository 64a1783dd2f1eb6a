// A tab in a room: it joins, drives or follows, and leaves. The server leads: a follower's messages
// have the room's settings, whatever was sent (chapters/following.py). The message's `room` is
// described in chapters/room.py.

import { keepTicket, ticket } from "./kept.js";
import { readdress } from "./address.js";
import { Follower } from "./follower.js";
import { Lectern } from "./lectern.js";

const SHEET = new URL("../styles/room.css", import.meta.url).href;
const REST = 150; // ms without a change until what a lecturer shows has settled
const LOOK = 1000; // ms between two looks at the followers and answers, while the window is open

export class Room {
  constructor(page, button) {
    Object.assign(this, {
      page,
      button,
      down: false,
      released: false,
      left: false,
      shown: "",
      joining: 0,
    });
    styled();
    this.lectern = new Lectern(this);
    this.follower = new Follower(this);
    const entry = entered();
    if (entry) keepTicket(entry);
    this.pressed = ({ type }) => {
      this.down = type === "pointerdown";
      if (this.down) return;
      this.released = true;
      this.rest(0);
    };
    for (const type of ["pointerdown", "pointerup", "pointercancel"])
      document.addEventListener(type, this.pressed, true);
    this.look = setInterval(() => this.looked(), LOOK);
    if (page.message) this.show();
  }

  get about() {
    return this.page.message?.room ?? {};
  }

  get drives() {
    return Boolean(this.about.code && this.about.drives);
  }

  toggle(anchor) {
    this.lectern.toggle(anchor);
  }

  act(name, value) {
    this.page.act(`room-${name}`, value);
  }

  open() {
    this.act("open");
  }

  join(code) {
    keepTicket({ code, key: null });
    Object.assign(this, { joining: 0, left: false });
    this.enter();
  }

  leave() {
    this.left = true;
    keepTicket(null);
    this.act("leave");
    this.page.channel.push();
    this.lectern.show();
    this.address("");
  }

  // With every message. A tab whose session is new, or whose server was started again, asks for its
  // seat once more.
  show() {
    const { code, key, error } = this.about;
    if (code) {
      this.joining = 0;
      if (ticket()?.code !== code || (key && ticket().key !== key))
        keepTicket({ code, key: key ?? null });
    } else if (ticket()) {
      if (error && this.joining) this.lost(error);
      else this.enter();
    }
    this.address(ticket()?.code ?? "");
    this.lectern.show();
    this.follower.show();
    this.rest(this.released ? 0 : REST);
  }

  enter() {
    if (this.page.channel.actions.some(({ name }) => name === "room-join")) return;
    this.joining += 1;
    if (this.joining > 2) return this.lost("The room is over");
    this.act("join", ticket());
  }

  lost(why) {
    keepTicket(null);
    this.joining = 0;
    this.follower.say(why);
  }

  // The address names the room, so that a refresh or a bookmark finds it; never the key, which a
  // projector would show to all.
  address(code) {
    const query = new URLSearchParams(location.search);
    query.delete("key");
    if (code) query.set("room", code);
    else query.delete("room");
    readdress(this.page.root, query.size ? `?${query}` : "");
  }

  // What the lecturer shows is passed on once it has settled: not while a pointer drags.
  rest(ms) {
    clearTimeout(this.resting);
    if (!this.drives || this.down) return;
    this.resting = setTimeout(() => this.pass(), ms);
  }

  pass() {
    const { page } = this;
    const { channel, message } = page;
    if (!page.root.isConnected || this.down || channel.waiting || !channel.settled) return;
    this.released = false;
    const { lecture } = message;
    const step = lecture && [lecture.name, lecture.at, lecture.near];
    const now = JSON.stringify([page.settings, page.state(), message.link, step]);
    if (now === this.shown && this.about.page?.name === page.root.dataset.chapter) return;
    this.shown = now;
    this.act("show");
  }

  looked() {
    if (!this.page.root.isConnected) return this.gone();
    if (this.lectern.open && this.drives && !this.down && !document.hidden) this.page.channel.ask();
  }

  gone() {
    clearInterval(this.look);
    for (const type of ["pointerdown", "pointerup", "pointercancel"])
      document.removeEventListener(type, this.pressed, true);
    this.follower.gone();
  }

  state() {
    return this.lectern.open && this.drives ? { reading: "open" } : {}; // with its questions
  }
}

// The room that the address names, with the lecturer's key if it has one.
function entered() {
  const query = new URLSearchParams(location.search);
  const code = (query.get("room") ?? "").trim().toUpperCase();
  if (!code) return null;
  const before = ticket();
  return { code, key: query.get("key") ?? (before?.code === code ? before.key : null) };
}

function styled() {
  if (document.querySelector(`link[href="${SHEET}"]`)) return;
  const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: SHEET });
  document.head.append(link);
}
