// What a page does where it is small: secondary controls fold behind a button on phones (small.css
// says which), and notes that have no room scroll, or unfold under the pointer and the focus.

import { button } from "../draw/dom.js";

// The button before the controls of a page.
export function more(root) {
  const node = button("vv-more", "More settings", "Show the settings beside the sliders", () => {
    const open = root.classList.toggle("vv-all");
    node.setAttribute("aria-expanded", String(open));
  });
  node.setAttribute("aria-expanded", "false");
  return node;
}

// Keeps the notes readable, whatever changes the room that they have.
export function readable(side, note, others) {
  let coming = 0;
  const fit = () => {
    coming = 0;
    const beside = side.clientHeight && side.scrollHeight - note.offsetHeight + note.scrollHeight;
    const cut = beside > side.clientHeight + 1 || note.scrollHeight > note.clientHeight + 1;
    note.classList.toggle("vv-long", cut);
    if (cut) note.tabIndex = 0;
    else note.removeAttribute("tabindex");
  };
  const observer = new ResizeObserver(() => {
    coming ||= requestAnimationFrame(fit);
  });
  for (const node of [side, note, ...others]) observer.observe(node);
}
