// The answers of a room: a bar per option or range, or dots on a plane; nothing before they are
// shown.

import { element } from "../draw/dom.js";

const SIZE = 200; // px of the plane
const SVG = "http://www.w3.org/2000/svg";

export function histogram({ bars, spots, ends, x, y }) {
  if (bars) return [columns(bars)];
  return spots ? [plane(spots, ends, x, y)] : [];
}

function columns(bars) {
  const most = Math.max(1, ...bars.map(([, count]) => count));
  const table = element("table", "vv-bars");
  table.append(element("caption", "vv-unseen", "Answers of the room"));
  for (const [label, count] of bars) {
    const row = element("tr");
    const head = element("th", "", label);
    head.scope = "row";
    const cell = element("td");
    const bar = element("span", "vv-bar-of");
    bar.style.width = `${(100 * count) / most}%`;
    cell.append(bar);
    row.append(head, cell, element("td", "vv-many", String(count)));
    table.append(row);
  }
  return table;
}

function plane(spots, ends, x, y) {
  const most = Math.max(1, ...spots.map(([, , count]) => count));
  const svg = draw("svg", { viewBox: `-2 -2 ${SIZE + 4} ${SIZE + 4}`, role: "img" });
  const total = spots.reduce((sum, [, , count]) => sum + count, 0);
  svg.setAttribute(
    "aria-label",
    `${total} answers at ${spots.length} places: ${told(spots, x, y)}`,
  );
  svg.append(draw("rect", { width: SIZE, height: SIZE }));
  for (const [a, b, count] of spots)
    svg.append(
      draw("circle", {
        class: "vv-spot",
        cx: (SIZE * a) / ends[0],
        cy: SIZE * (1 - b / ends[1]),
        r: 3 + 9 * Math.sqrt(count / most),
      }),
    );
  const node = element("p", "vv-where");
  node.append(element("span", "", `↑ ${y}`), svg, element("span", "", `${x} →`));
  return node;
}

// The place that most have named.
function told(spots, x, y) {
  if (!spots.length) return "none";
  const [a, b, count] = spots.reduce((best, spot) => (spot[2] > best[2] ? spot : best));
  return `${count} near ${x} ${Number(a.toPrecision(3))}, ${y} ${Number(b.toPrecision(3))}`;
}

function draw(tag, attributes) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  return node;
}
