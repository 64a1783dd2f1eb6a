// What the browser remembers from visit to visit. Where storage is forbidden it is remembered until
// the page goes.

const ROOM = "vaeviz-room";
const own = new Map();

export function remembered(key) {
  try {
    return localStorage.getItem(key) ?? own.get(key) ?? null;
  } catch {
    return own.get(key) ?? null;
  }
}

export function keep(key, value) {
  own.set(key, value);
  try {
    localStorage.setItem(key, value);
  } catch {
    // forbidden
  }
}

// The room that this tab is in, {code, key}, which a refresh leaves; null outside of rooms.
export function ticket() {
  try {
    return JSON.parse(sessionStorage.getItem(ROOM) ?? "null") ?? own.get(ROOM) ?? null;
  } catch {
    return own.get(ROOM) ?? null;
  }
}

export function keepTicket(room) {
  own.set(ROOM, room);
  try {
    sessionStorage.setItem(ROOM, JSON.stringify(room));
  } catch {
    // forbidden
  }
}
