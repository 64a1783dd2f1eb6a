// What every control has, and those of one element: a list, a button, lines of code.

import { element, status } from "../draw/dom.js";

const SECOND = "data model likelihood map i j a b threshold seed pixels click hold".split(" ");

export class Field {
  constructor(spec, controls, tag = "label") {
    this.controls = controls;
    this.name = spec.name;
    this.root = element(tag, `vv-field vv-${spec.kind} vv-field-${spec.name}`);
    if (SECOND.includes(spec.name)) this.root.classList.add("vv-second"); // phones fold it
    if (tag === "label") this.root.appendChild(element("span", "vv-label", spec.label));
  }

  // The element that takes the value, in its place.
  takes(input) {
    this.input = input;
    input.dataset.name = this.name;
    return this.root.appendChild(input);
  }

  // A label would name its first field, which an <output> is too: the input has the name itself.
  common(spec) {
    this.spec = spec;
    this.root.title = spec.disabled || spec.help;
    this.input.setAttribute("aria-label", spec.label);
    this.input.disabled = Boolean(spec.disabled);
    this.root.classList.toggle("vv-off", Boolean(spec.disabled));
  }
}

// A press sends the action of this name.
export class Button extends Field {
  constructor(spec, controls) {
    super(spec, controls, "div");
    this.takes(Object.assign(element("button"), { type: "button" }));
    this.input.addEventListener("click", () => controls.act(spec.name));
  }

  apply(spec) {
    this.common(spec);
    if (this.input.textContent !== spec.label) this.input.textContent = spec.label;
  }
}

export class Choice extends Field {
  constructor(spec, controls) {
    super(spec, controls);
    this.takes(element("select"));
    this.input.addEventListener("change", (event) => {
      controls.change(spec.name, this.input.value, event.timeStamp);
    });
  }

  apply(spec, value) {
    this.common(spec);
    this.offer(spec.options);
    if (this.input.value !== String(value)) this.input.value = String(value);
    this.root.classList.toggle("vv-short", short(spec));
  }

  // Options that stay are written anew where they are: an open list stays open.
  offer(options) {
    const key = JSON.stringify(options);
    const { children } = this.input;
    if (key === this.key) return;
    this.key = key;
    const same =
      options.length === children.length && options.every(([id], k) => children[k].value === id);
    if (!same) this.input.replaceChildren(...options.map(() => element("option")));
    options.forEach(([id, text, off], k) => {
      const option = children[k];
      if (option.textContent !== text) option.textContent = text;
      Object.assign(option, { value: id, disabled: Boolean(off), title: off || "" });
    });
  }
}

// Whether half a row is enough for the label and the longest option.
function short({ label, options }) {
  return label.length + Math.max(...options.map(([, text]) => text.length)) <= 12;
}

// Lines of code, which the server reads as they come: it answers with `text`, what it has read.
export class PasteBox extends Field {
  constructor(spec, controls) {
    super(spec, controls);
    this.takes(
      Object.assign(element("textarea"), {
        rows: 2,
        spellcheck: false,
        placeholder: spec.placeholder,
      }),
    );
    this.note = this.root.appendChild(status("span", "vv-said"));
    this.input.addEventListener("input", (event) => this.pasted(event.timeStamp));
  }

  apply(spec) {
    this.common(spec);
    if (spec.text === this.read) return;
    this.read = spec.text;
    if (document.activeElement !== this.input) this.input.value = spec.text;
  }

  pasted(time) {
    const { value } = this.input;
    const long = value.length > this.spec.most;
    this.note.textContent = long ? `Longer than ${this.spec.most} characters: not read.` : "";
    this.root.classList.toggle("vv-noted", long);
    if (!long) this.controls.change(this.name, value || " ", time); // a blank is read as nothing
  }
}
