// Which questions a quiz has, and what is typed.

// The ids of the questions of these settings, in their order.
export function chosen({ bank, drawn, sections }, settings, progress) {
  const { quiz } = settings;
  if (quiz === "missed") return ranked(bank.filter(({ id }) => progress.missed(id)));
  if (quiz !== "sections") return bank.filter(({ lists }) => lists.includes(quiz)).map(named);
  const ticked = new Set(numbers(settings.sections));
  const inside = (name) => ticked.has(sections.findIndex((one) => one.name === name) + 1);
  return ranked(bank.filter(({ section }) => !ticked.size || inside(section)));

  function ranked(questions) {
    const place = new Map(drawn.mixed.map((id, k) => [id, k]));
    const rank = (id) => progress.rank(id, progress.round + 1);
    const order = (a, b) => rank(a) - rank(b) || place.get(a) - place.get(b);
    return questions.map(named).sort(order).slice(0, settings.length);
  }
}

// The order of a question's options in a run: none is where it was in the run before. True stays
// before False.
export function turned({ id, kind }, drawn, turn) {
  const order = drawn.options[id] ?? [];
  if (kind === "truefalse" || !turn || order.length < 2) return order;
  const by = 1 + ((turn - 1) % (order.length - 1));
  return [...order.slice(by), ...order.slice(0, by)];
}

// The sections of a setting such as "1,5".
export function numbers(text) {
  return text ? text.split(",").map(Number) : [];
}

function named({ id }) {
  return id;
}

// A text with the drawn values in place.
export function filled(text, values) {
  return values ? text.replace(/\[\[(\w+)\]\]/g, (_, name) => values[name]) : text;
}

// A typed number; a decimal comma and a true minus are understood, "" and words are NaN.
export function number(text) {
  const plain = text.trim().replace(",", ".").replace(/[−–]/g, "-").replace(/\s/g, "");
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain) ? Number(plain) : NaN;
}

// Whether keys belong to a field.
export function typing(node) {
  return node.matches?.("textarea, select, input:not([type=checkbox])") || node.isContentEditable;
}
