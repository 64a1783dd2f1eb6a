// Small helpers on the page's elements, and the browser's timeline.

export function element(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

// A button that sends no form.
export function button(className, text, help, act) {
  const node = Object.assign(element("button", className, text), { type: "button", title: help });
  node.addEventListener("click", act);
  return node;
}

// A line that screen readers read when it changes.
export function status(tag, className) {
  const node = element(tag, className);
  node.setAttribute("role", "status");
  return node;
}

export function setText(node, text) {
  if (node.textContent !== text) node.textContent = node.title = text;
}

// The options of a list, [value, text] each.
export function options(list) {
  return list.map(([value, text]) => Object.assign(element("option", "", text), { value }));
}

// A coloured key for each [name, colour, how]; rebuilt only when one has changed. `how` is a line
// "solid", "dash" or "dot", a "wash" from clear to the colour with the text of its other end after
// it, or nothing: a dot.
export function legend(node, keys) {
  const text = JSON.stringify(keys);
  if (text === node.dataset.keys) return;
  node.dataset.keys = text;
  node.replaceChildren(
    ...keys.map(([name, colour, how, end]) => {
      const item = element("span", `vv-key${how ? ` vv-key-${how}` : ""}`, name);
      if (end) item.dataset.end = end;
      item.style.setProperty("--vv-colour", colour);
      return item;
    }),
  );
}

// Puts children in order for keyboards and screen readers; moves only those out of order, so that
// the focus stays.
export function ordered(parent, nodes) {
  const { activeElement: focus } = document;
  const listed = new Set(nodes);
  let at = parent.firstElementChild;
  for (const node of nodes) {
    while (at && !listed.has(at)) at = at.nextElementSibling;
    if (node === at) at = at.nextElementSibling;
    else parent.insertBefore(node, at);
  }
  if (focus !== document.activeElement && parent.contains(focus))
    focus.focus({ preventScroll: true });
}

// A decimal comma is a point: where the browser's own language has none, it would leave the comma
// out, and 0,5 be 05. A number input takes a point in every language.
export function pointed(event) {
  if (!event.data?.includes(",")) return;
  event.preventDefault();
  document.execCommand("insertText", false, event.data.replaceAll(",", "."));
}

// A new canvas; `word(row, column)` is a pixel's 0xAABBGGRR.
export function pixels(width, height, word) {
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const image = new ImageData(width, height);
  const words = new Uint32Array(image.data.buffer);
  for (let r = 0, at = 0; r < height; r++) for (let c = 0; c < width; c++) words[at++] = word(r, c);
  canvas.getContext("2d").putImageData(image, 0, 0);
  return canvas;
}

// A mark on the browser's timeline, for profilers and the benchmarks.
export function clock(name, start) {
  performance.measure(`vaeviz:${name}`, { start, end: performance.now() });
}
