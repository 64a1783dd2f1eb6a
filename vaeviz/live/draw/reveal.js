// Brings a part of the page into view, in whatever scrolls; below what is pinned (small.css).

const STILL = "(prefers-reduced-motion: reduce)";
export const PHONE = "(max-width: 699px)"; // one column, as in small.css

// `glides`: smoothly, unless the reader wants no motion; else what is measured next is in place.
export function reveal(node, glides = false) {
  const smooth = glides && !matchMedia(STILL).matches;
  const block = matchMedia(PHONE).matches ? "start" : "nearest"; // a window covers the lower half
  node.scrollIntoView({ block, inline: "nearest", behavior: smooth ? "smooth" : "instant" });
}
