// Texts with TeX between dollars. Streamlit's own rendering of a formula is used where there is one
// (formula(tex) => its node or null); until then it stands in plain signs.

import { element } from "./dom.js";

const SIGNS = {
  alpha: "α", beta: "β", varepsilon: "ε", theta: "θ", lambda: "λ", mu: "μ", sigma: "σ", tau: "τ",
  varnothing: "∅", nabla: "∇", partial: "∂", prod: "∏", sum: "∑", infty: "∞", to: "→", le: " ≤ ",
  sim: " ~ ", propto: " ∝ ", Vert: "‖", top: "ᵀ", dots: "…", log: "log ", exp: "exp", max: "max",
  min: "min", int: "∫",
}; // prettier-ignore
const MARKS = { hat: "\u0302", bar: "\u0304", tilde: "\u0303" }; // after a letter
const RAISED = { 0: "⁰", 1: "¹", 2: "²", 3: "³", "*": "*" };
const LOWERED = { 0: "₀", 1: "₁", 2: "₂", 3: "₃" };
const HALF = "½";

// Fills the node with the text; formulas are spans, which `render` brings up to date.
export function write(node, text, formula) {
  const parts = text.split("$");
  node.replaceChildren(...parts.map((part, k) => (k % 2 ? written(part) : part)));
  render(node, formula);
  return node;
}

// The formulas below the node, as far as Streamlit has rendered them by now.
export function render(root, formula) {
  for (const node of root.querySelectorAll(".vv-tex:not(.vv-rendered)")) {
    const rendered = formula(node.dataset.tex);
    if (!rendered) continue;
    node.replaceChildren(rendered);
    node.classList.add("vv-rendered");
  }
}

function written(tex) {
  const node = element("span", "vv-tex", plain(tex));
  node.dataset.tex = tex;
  return node;
}

// TeX as it can be written in a line of plain signs.
export function plain(tex) {
  const reader = { rest: tex };
  let text = "";
  while (reader.rest) text += next(reader);
  return text
    .replace(/ +/g, " ")
    .replace(/ ([),])/g, "$1")
    .trim();
}

function next(reader) {
  const command = take(reader, /^\\([a-zA-Z]+|.)\s*/);
  if (command) return named(command[1], reader);
  const script = take(reader, /^[_^]/);
  if (script) return shifted(script[0], next(reader));
  if (reader.rest.startsWith("{")) return plain(group(reader));
  return take(reader, /^[\s\S]/u)?.[0] ?? "";
}

function named(name, reader) {
  if (name in MARKS) return next(reader) + MARKS[name];
  if (name === "frac") return fraction(next(reader), next(reader));
  if (name === "sqrt") return `√${grouped(next(reader))}`;
  if (name === "mathrm") return next(reader);
  return SIGNS[name] ?? (/^[a-zA-Z]/.test(name) ? name : name === "," ? " " : name);
}

function fraction(over, under) {
  return over === "1" && under === "2" ? HALF : `${grouped(over)}/${grouped(under)}`;
}

function grouped(text) {
  return [...text.normalize()].length > 1 ? `(${text})` : text;
}

function shifted(sign, text) {
  const signs = sign === "^" ? RAISED : LOWERED;
  if ([...text].every((letter) => letter in signs))
    return [...text].map((letter) => signs[letter]).join("");
  return sign === "^" && text === "ᵀ" ? text : sign + grouped(text);
}

// What stands in the braces with which the rest begins.
function group(reader) {
  let depth = 0;
  const ends = [...reader.rest].findIndex((letter) => {
    depth += letter === "{" ? 1 : letter === "}" ? -1 : 0;
    return depth === 0;
  });
  const letters = [...reader.rest];
  const end = ends < 0 ? letters.length : ends;
  reader.rest = letters.slice(end + 1).join("");
  return letters.slice(1, end).join("");
}

function take(reader, pattern) {
  const found = reader.rest.match(pattern);
  if (found) reader.rest = reader.rest.slice(found[0].length);
  return found;
}
