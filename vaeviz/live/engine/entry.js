// Numbers that are typed. One that can't be is put back to the nearest that can be, with a line.

import { element, pointed, status } from "../draw/dom.js";
import { Field } from "./fields.js";

let noted = null; // the box with a line: the next line takes its place, and the column its height

export class Entry {
  constructor(entered) {
    this.entered = entered; // (value, time)
    this.input = Object.assign(element("input"), { type: "number" });
    this.note = status("span", "vv-said");
    this.input.addEventListener("beforeinput", pointed);
    this.input.addEventListener("input", () => {
      this.typing = true;
      this.say("");
    });
    this.input.addEventListener("change", (event) => this.done(event.timeStamp));
    this.input.addEventListener("blur", () => this.done(performance.now()));
  }

  apply(spec, value) {
    const { min, max, step = 1, disabled } = (this.spec = spec);
    Object.assign(this.input, { min, max, step, disabled: Boolean(disabled) });
    this.show(value);
  }

  show(value) {
    if (value !== this.current) this.say("");
    this.current = value;
    const chosen = !(value < this.spec?.min); // the server still looks for the usual one
    if (!this.typing) this.input.value = chosen ? value : "";
  }

  done(time) {
    if (!this.typing) return;
    this.typing = false;
    const { value: text, validity } = this.input;
    const typed = text === "" ? NaN : Number(text);
    const value = Number.isNaN(typed) ? this.current : this.nearest(typed);
    const { badInput } = validity;
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
    if (text && noted !== this) noted?.say("");
    if (text) noted = this;
    this.note.textContent = text;
    this.note.parentElement?.classList.toggle("vv-noted", text !== "");
  }
}

export class NumberBox extends Field {
  constructor(spec, controls) {
    super(spec, controls);
    this.entry = new Entry((value, time) => controls.change(spec.name, value, time));
    this.takes(this.entry.input);
    this.root.append(this.entry.note);
  }

  apply(spec, value) {
    this.common(spec);
    this.entry.apply(spec, value);
  }
}
