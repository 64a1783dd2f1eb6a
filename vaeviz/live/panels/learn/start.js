// What stands before a quiz: what it will ask, what is known so far, and the file of it.

import { save } from "../../draw/keep.js";
import { button, element } from "../../draw/dom.js";
import { numbers } from "./choose.js";
import { LARGEST } from "./progress.js";

// quiz: {content, settings, progress, ids, start(), tick(text), refresh(), say(words)}
export function start(quiz) {
  const { content, settings, ids } = quiz;
  const root = element("div", "vv-start");
  const title = content.lists[settings.quiz];
  root.append(element("h4", "vv-stem", title ? `${title}: ${ids.length} questions` : own(quiz)));
  const begin = button("vv-main", "Start", "", () => quiz.start());
  begin.disabled = !ids.length;
  root.append(begin, overview(quiz), files(quiz));
  return root;
}

function own({ settings, ids }) {
  if (ids.length) return `${ids.length} ${ids.length === 1 ? "question" : "questions"}`;
  return settings.quiz === "missed"
    ? "You have missed nothing so far: choose another quiz."
    : "No section is chosen.";
}

// Every section with its questions; boxes to tick where the quiz is made of sections.
function overview({ content, settings, progress, tick }) {
  const table = element("table", "vv-sections");
  const head = table.appendChild(element("thead")).appendChild(element("tr"));
  for (const text of ["Section", "Questions", "Seen", "Missed"]) head.append(cell("th", text));
  const body = table.appendChild(element("tbody"));
  const ticked = new Set(numbers(settings.sections));
  content.sections.forEach(({ name, title }, k) => {
    const asked = content.bank.filter(({ section }) => section === name);
    const row = body.appendChild(element("tr"));
    const heading = row.appendChild(cell("th", ""));
    heading.scope = "row";
    if (settings.quiz === "sections") {
      const label = heading.appendChild(element("label"));
      const box = Object.assign(element("input"), { type: "checkbox" });
      box.checked = !ticked.size || ticked.has(k + 1);
      box.addEventListener("change", () => tick(k + 1, box.checked));
      label.append(box, ` ${title}`);
    } else heading.textContent = title;
    const seen = asked.filter(({ id }) => progress.seen(id)).length;
    const missed = asked.filter(({ id }) => progress.missed(id)).length;
    for (const count of [asked.length, seen, missed]) row.append(cell("td", String(count)));
  });
  return table;
}

function cell(tag, text) {
  return element(tag, "", text);
}

// Progress as a file, and back.
function files(quiz) {
  const { progress, refresh, say } = quiz;
  const root = element("div", "vv-saved");
  const written = () =>
    save("vaeviz-progress.json", new Blob([progress.text()], { type: "application/json" }));
  const chooser = Object.assign(element("input"), { type: "file", hidden: true });
  Object.assign(chooser, { accept: ".json,application/json", ariaLabel: "Saved progress" });
  chooser.addEventListener("change", async () => {
    const [file] = chooser.files;
    chooser.value = "";
    if (!file) return;
    const text = file.size > 4 * LARGEST ? "" : await file.text();
    const taken = progress.load(text);
    refresh();
    say(taken < 0 ? `${file.name} is no saved progress.` : `${taken} questions were read.`);
  });
  const empty = !progress.boxes.size;
  const saving = button("", "Save progress", "Download what you know as a file", written);
  const loading = button("", "Load progress", "Read a saved file", () => chooser.click());
  const forgetting = button("", "Forget progress", "Begin anew", () => {
    progress.forget();
    refresh();
    say("Progress is forgotten.");
  });
  saving.disabled = forgetting.disabled = empty;
  root.append(saving, loading, forgetting, chooser);
  return root;
}
