// What stands after a quiz: the score, each concept, and what to look at again.

import { button, element } from "../../draw/dom.js";
import { seen } from "./question.js";

// quiz: {content, run: {ids, shares}, repeat(ids), leave()}
export function summary(quiz) {
  const { content, run } = quiz;
  const root = element("div", "vv-summary");
  const score = total(run.shares);
  const heading = element("h4", "vv-stem", `${score} of ${run.ids.length}`);
  heading.tabIndex = -1;
  root.append(heading, concepts(content, run));
  const missed = run.ids.filter((id, k) => !run.passed[k]);
  const again = element("div", "vv-onward");
  if (missed.length)
    again.append(button("vv-main", "Repeat what was missed", "", () => quiz.repeat(missed)));
  again.append(button(missed.length ? "" : "vv-main", "New quiz", "", () => quiz.leave()));
  root.append(again);
  return root;
}

// A sum of shares, with one decimal where it is not whole.
export function total(shares) {
  const sum = shares.reduce((a, b) => a + b, 0);
  return String(Math.round(10 * sum) / 10);
}

function concepts(content, { ids, shares, passed }) {
  const bank = new Map(content.bank.map((one) => [one.id, one]));
  const rows = new Map();
  ids.forEach((id, k) => {
    const { concept } = bank.get(id);
    if (!rows.has(concept)) rows.set(concept, { asked: 0, got: [], links: [], missed: false });
    const row = rows.get(concept);
    row.asked += 1;
    row.got.push(shares[k]);
    if (!passed[k]) row.missed = true;
    if (shares[k] < 1 && bank.get(id).link) row.links.push(bank.get(id).link);
  });
  const table = element("table", "vv-sections");
  const head = table.appendChild(element("thead")).appendChild(element("tr"));
  for (const text of ["Concept", "Score", "Look at again"]) head.append(element("th", "", text));
  const body = table.appendChild(element("tbody"));
  const listed = [...rows].sort(([, a], [, b]) => Number(b.missed) - Number(a.missed));
  for (const [name, row] of listed) {
    const line = body.appendChild(element("tr", row.missed ? "vv-failed" : ""));
    const heading = line.appendChild(element("th", "", content.concepts[name]));
    heading.scope = "row";
    line.append(element("td", "", `${total(row.got)} / ${row.asked}`));
    const look = line.appendChild(element("td"));
    const links = [...new Map(row.links.map((link) => [link.href, link])).values()];
    look.append(...links.map((link) => seen(link, link.label)));
    if (row.missed && !links.length) look.append("its explanation, on a card or in the next quiz");
  }
  return table;
}
