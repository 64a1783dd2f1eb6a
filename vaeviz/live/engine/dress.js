// Dresses a copy of the text: code such as "=beta" becomes the current value of a setting or of a
// read-out, a link such as "?beta=4" a button that follows it in place, a word of the glossary one
// that explains itself, and the lines of a function fold under the name of their file.

import { button, element } from "../draw/dom.js";

export function dress(root, source, follow) {
  for (const code of root.querySelectorAll("pre"))
    (code.closest(".stCode") ?? code).replaceWith(folded(code.textContent));
  for (const code of root.querySelectorAll("code")) {
    if (!code.textContent.startsWith("=")) continue;
    const node = element("output", "vv-value");
    node.dataset.of = code.textContent.slice(1);
    code.replaceWith(node);
  }
  for (const word of root.querySelectorAll("em")) {
    const name = source.term(word.textContent);
    if (name) word.replaceWith(term(word.textContent, name));
  }
  for (const link of root.querySelectorAll('a[href^="?"], a[href*="/?"]')) {
    const query = link.getAttribute("href").replace(/^[^?]*/, "");
    link.replaceWith(button("vv-try", link.textContent, "", () => follow(query)));
  }
}

function folded(text) {
  const [file, ...lines] = text.trimEnd().split("\n");
  const node = element("details", "vv-code");
  node.append(
    element("summary", "", `Code: ${file.slice(2)}`),
    element("pre", "", lines.join("\n")),
  );
  return node;
}

function term(text, name) {
  const node = element("span", "vv-term", text); // unlike a button, it breaks with the line
  Object.assign(node, { tabIndex: 0, role: "button", ariaHasPopup: "dialog" });
  node.dataset.term = name;
  return node;
}

// The current value, in words, of what a text names: a setting, τ, or a read-out such as "R (nats)"
// by its first word. Twins have two.

export function value(name, { message, settings }) {
  const { readouts = [] } = message;
  const row = readouts.find(([label]) => label === name || label.startsWith(`${name} `));
  if (row) return [row[1]].flat().join(" | ");
  const setting = name === "tau" ? settings.beta * settings.sigma2 : settings[name];
  if (setting === undefined) return "…";
  return typeof setting === "number" ? String(Number(setting.toPrecision(3))) : String(setting);
}
