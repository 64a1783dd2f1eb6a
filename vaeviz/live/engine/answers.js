// How a prediction is answered: a form for each kind. Each is (fields, answered(value)) -> node.

import { button, element } from "../draw/dom.js";
const SIZE = 200; // px of the plane
const STEP = 0.05; // of an axis, for an arrow key
const SVG = "http://www.w3.org/2000/svg";
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

export const FORMS = { one, many, number: typed, place };

function one({ options }, answered) {
  const node = element("p", "vv-answers");
  node.append(...options.map((text) => button("vv-try", text, "", () => answered(text))));
  return node;
}

function many({ options, note }, answered, send = "Check these") {
  const node = element("p", "vv-answers");
  const chosen = new Set();
  for (const text of options) {
    const toggle = button("vv-try", text, "", () => {
      if (!chosen.delete(text)) chosen.add(text);
      toggle.setAttribute("aria-pressed", String(chosen.has(text)));
    });
    toggle.setAttribute("aria-pressed", "false");
    node.append(toggle);
  }
  node.append(
    button("vv-answer", send, "", () => chosen.size && answered([...chosen])),
    " ",
    button("vv-answer", "None of them", "", () => answered([])),
  );
  if (note) node.append(element("span", "vv-gone", ` ${note}`));
  return node;
}

function typed({ label, unit }, answered) {
  const node = element("form", "vv-answers");
  const field = element("input");
  Object.assign(field, { type: "text", inputMode: "decimal", ariaLabel: label, size: 8 });
  const said = element("span", "vv-wrong");
  said.setAttribute("role", "status");
  const done = element("button", "vv-answer", "Answer");
  node.append(field, ` ${unit} `, done, said);
  node.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = field.value.trim().replace("−", "-").replace(",", ".");
    const value = text === "" ? NaN : Number(text);
    said.textContent = Number.isFinite(value) ? "" : "Type a number, such as 3.5.";
    if (Number.isFinite(value)) answered(value);
  });
  return node;
}

// A plane with the point of now; a click, or arrow keys and Enter, say where it goes.
function place({ x, y, now, ends }, answered) {
  const node = element("p", "vv-answers vv-where");
  const plane = draw("svg", {
    viewBox: `-2 -2 ${SIZE + 4} ${SIZE + 4}`,
    tabindex: 0,
    role: "button",
  });
  const at = ([a, b]) => [(SIZE * a) / ends[0], SIZE * (1 - b / ends[1])];
  const dot = (kind, point) => {
    const [cx, cy] = at(point);
    return draw("circle", { class: kind, cx, cy, r: 5 });
  };
  let target = [...now];
  let mark = dot("vv-target", target);
  plane.append(draw("rect", { width: SIZE, height: SIZE }), dot("vv-now", now));
  const name = () =>
    plane.setAttribute(
      "aria-label",
      `${x} ${shown(target[0])}, ${y} ${shown(target[1])}: Enter answers`,
    );
  const show = () => {
    mark.remove();
    mark = plane.appendChild(dot("vv-target", target));
    name();
  };
  plane.addEventListener("click", (event) => {
    const box = plane.getBoundingClientRect();
    const part = (value, from, size) => Math.min(1, Math.max(0, (value - from) / size));
    target = [
      ends[0] * part(event.clientX, box.left, box.width),
      ends[1] * (1 - part(event.clientY, box.top, box.height)),
    ];
    answered(target);
  });
  plane.addEventListener("keydown", (event) => {
    const arrow = ARROWS[event.key];
    if (event.key === "Enter") answered(target);
    if (!arrow) return;
    event.preventDefault();
    const move = (k) => Math.min(ends[k], Math.max(0, target[k] + STEP * ends[k] * arrow[k]));
    target = [move(0), move(1)];
    show();
  });
  name();
  node.append(element("span", "", `↑ ${y}`), plane, element("span", "", `${x} →`));
  return node;
}

function draw(tag, attributes) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  return node;
}

function shown(value) {
  return String(Number(value.toPrecision(3)));
}
