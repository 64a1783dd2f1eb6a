// What is typed into: a number, a line of text; and what every control has.

import { element } from "./panels.js";

export class Field {
  constructor(spec, controls) {
    this.controls = controls;
    this.name = spec.name;
    this.root = element("label", `vv-field vv-${spec.kind} vv-field-${spec.name}`);
    this.label = this.root.appendChild(element("span", "vv-label", spec.label));
  }

  common(spec) {
    this.spec = spec;
    this.root.title = spec.disabled || spec.help;
    this.input.setAttribute("aria-label", spec.label); // else the label names its first field, which an output is too
    this.input.disabled = Boolean(spec.disabled);
    this.root.classList.toggle("vv-off", Boolean(spec.disabled));
  }
}

// A number as it is typed: what can't be is put back to the nearest that can be, and that is said.
export class Entry {
  constructor(entered) {
    this.entered = entered; // (value, time)
    this.input = Object.assign(element("input"), { type: "number" });
    this.note = element("span", "vv-said");
    this.note.setAttribute("role", "status");
    this.input.addEventListener("beforeinput", pointed);
    this.input.addEventListener("input", () => {
      this.typing = true;
      this.say("");
    });
    this.input.addEventListener("change", (event) => this.done(event.timeStamp));
    this.input.addEventListener("blur", () => this.done(performance.now()));
  }

  apply(spec, value) {
    this.spec = spec;
    Object.assign(this.input, {
      min: spec.min,
      max: spec.max,
      step: spec.step ?? 1,
      disabled: Boolean(spec.disabled),
    });
    this.show(value);
  }

  show(value) {
    if (value !== this.current) this.say("");
    this.current = value;
    if (!this.typing) this.input.value = value;
  }

  done(time) {
    if (!this.typing) return;
    this.typing = false;
    const {
        value: text,
        validity: { badInput },
      } = this.input,
      typed = text === "" ? NaN : Number(text);
    const value = Number.isNaN(typed) ? this.current : this.nearest(typed);
    this.input.value = this.current = value; // also before the server has answered
    if (badInput) this.say(`That is not a number: ${value} stays.`);
    else if (text !== "" && value !== typed)
      this.say(`${this.spec.label} '${text}' is not possible: ${value} is used.`);
    this.entered(value, time);
  }

  // Whole where the steps are; any other number to the six digits that the server keeps.
  nearest(typed) {
    const kept = Number.isInteger(Number(this.input.step))
      ? Math.round(typed)
      : Number(typed.toPrecision(6));
    return Math.min(this.spec.max, Math.max(this.spec.min, kept));
  }

  say(text) {
    this.note.textContent = text;
    this.note.parentElement?.classList.toggle("vv-noted", text !== "");
  }
}

const COMMA = (1.5).toLocaleString().includes(",");

// A decimal comma is a point, where the browser would leave it out.
function pointed(event) {
  if (COMMA || !event.data?.includes(",")) return;
  event.preventDefault();
  document.execCommand("insertText", false, event.data.replaceAll(",", "."));
}

export class NumberBox extends Field {
  constructor(spec, controls) {
    super(spec, controls);
    this.entry = new Entry((value, time) => controls.change(spec.name, value, time));
    this.input = this.entry.input;
    this.input.dataset.name = spec.name;
    this.root.append(this.input, this.entry.note);
  }

  apply(spec, value) {
    this.common(spec);
    this.entry.apply(spec, value);
  }
}

export class TextBox extends Field {
  constructor(spec, controls) {
    super(spec, controls);
    this.input = this.root.appendChild(element("input"));
    this.input.type = "text";
    this.input.maxLength = 80;
    this.input.dataset.name = spec.name;
    this.input.addEventListener("change", (event) => {
      controls.change(spec.name, this.input.value, event.timeStamp);
    });
  }

  apply(spec, value) {
    this.common(spec);
    if (document.activeElement !== this.input && this.input.value !== value)
      this.input.value = value;
  }
}

// Lines of code, which the server reads as they come: it answers with `text`, what it has read.
export class PasteBox extends Field {
  constructor(spec, controls) {
    super(spec, controls);
    this.input = this.root.appendChild(element("textarea"));
    Object.assign(this.input, { rows: 2, spellcheck: false, placeholder: spec.placeholder });
    this.input.dataset.name = spec.name;
    this.note = this.root.appendChild(element("span", "vv-said"));
    this.note.setAttribute("role", "status");
    this.input.addEventListener("input", (event) => this.pasted(event.timeStamp));
  }

  apply(spec) {
    this.common(spec);
    if (spec.text === this.read) return;
    this.read = spec.text;
    if (document.activeElement !== this.input) this.input.value = spec.text;
  }

  pasted(time) {
    const { value } = this.input,
      long = value.length > this.spec.most;
    this.note.textContent = long ? `Longer than ${this.spec.most} characters: not read.` : "";
    this.root.classList.toggle("vv-noted", long);
    if (!long) this.controls.change(this.name, value || " ", time); // a blank is read as nothing
  }
}
