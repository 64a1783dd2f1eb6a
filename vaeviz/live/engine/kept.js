// What the browser remembers from visit to visit. Where storage is forbidden it is remembered until
// the page goes.

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
