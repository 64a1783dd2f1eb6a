// What a page does where it is small: secondary controls fold behind a button on phones (small.css
// says which), notes that have no room scroll, or unfold under the pointer and the focus, and what
// is spoken of comes into view.

import { button } from "../draw/dom.js";

const TALLEST = 1.6; // of the scale, which is 1 at 1240 × 640
const FOLDED = 2.4; // em: two lines, the least of a note that folds
const STILL = "(prefers-reduced-motion: reduce)";
const PHONE = "(max-width: 699px)"; // one column, as in small.css
const LOW = "(max-height: 420px)"; // of a window, as one that is magnified

// The scale of texts and marks on a page of this size.
export function scaled({ clientWidth: width, clientHeight: height }) {
  return Math.min(TALLEST, Math.max(1, Math.min(height / 640, width / 1240)));
}

export function phone() {
  return matchMedia(PHONE).matches;
}

export function low() {
  return matchMedia(LOW).matches;
}

// Scrolls whatever has to scroll, until the node is below all that is pinned. `glides`: smoothly,
// unless the reader wants no motion; else it is in place at once.
export function reveal(node, glides = false) {
  const smooth = glides && !matchMedia(STILL).matches;
  const block = phone() ? "start" : "nearest"; // a window covers a phone's lower half
  node.scrollIntoView({ block, inline: "nearest", behavior: smooth ? "smooth" : "instant" });
}

// The button before the controls of a page, where small.css folds one of them.
export function more(root) {
  const node = button("vv-unfold", "More settings", "Show the settings beside the sliders", () => {
    const open = root.classList.toggle("vv-all");
    node.setAttribute("aria-expanded", String(open));
  });
  node.setAttribute("aria-expanded", "false");
  return node;
}

// Keeps the notes readable, whatever changes the room that they have: one of the `others`, or what
// the result is told to observe.
export function readable(side, note, others) {
  let coming = 0;
  const last = () => side.clientHeight && !note.nextElementSibling; // else it has its own height
  const fit = () => {
    coming = 0;
    note.classList.remove("vv-long"); // measured at its full length
    const room = side.clientHeight - (side.scrollHeight - note.offsetHeight);
    const over = last() && side.scrollHeight > side.clientHeight + 1;
    const folds = room >= FOLDED * parseFloat(getComputedStyle(note).fontSize); // else all scrolls
    const cut = over ? folds : note.scrollHeight > note.clientHeight + 1;
    const text = Boolean(note.textContent);
    note.style.setProperty("--vv-room", `${Math.max(0, room)}px`);
    note.classList.toggle("vv-long", text && cut);
    if (text && (over || cut)) note.tabIndex = 0;
    else note.removeAttribute("tabindex");
  };
  const observer = new ResizeObserver(() => {
    coming ||= requestAnimationFrame(fit);
  });
  for (const node of [side, note, ...others]) observer.observe(node);
  return observer;
}
