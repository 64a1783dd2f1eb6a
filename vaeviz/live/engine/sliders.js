// Sliders: whole numbers, even steps, or a logarithmic scale; on one the value can also be typed.

import { element } from "../draw/dom.js";
import { plain } from "../draw/numbers.js";
import { Entry } from "./entry.js";
import { Field } from "./fields.js";

const STEP = 0.02; // powers of ten

export class Slider extends Field {
  constructor(spec, controls) {
    super(spec, controls);
    this.log = spec.kind === "log" || spec.kind === "exact";
    this.value = this.root.appendChild(element("output", "vv-value"));
    this.value.setAttribute("aria-live", "off"); // the slider itself says its value
    const input = this.takes(Object.assign(element("input"), { type: "range" }));
    input.addEventListener("input", (event) => this.moved(event.timeStamp));
    input.addEventListener("pointerdown", () => {
      controls.active = spec.name;
    });
    for (const end of ["pointerup", "pointercancel", "blur"])
      input.addEventListener(end, () => {
        controls.active = null;
      });
  }

  apply(spec, value, held) {
    this.common(spec);
    if (spec.colour) this.root.style.setProperty("--vv-colour", spec.colour);
    const [min, max] = [spec.min, spec.max].map((end) => this.at(end));
    Object.assign(this.input, { min, max, step: this.log ? STEP : (spec.step ?? 1) });
    if (!held) this.put(value);
  }

  // The value's place on the slider.
  at(value) {
    return this.log ? Math.log10(value) : value;
  }

  moved(time) {
    const place = Number(this.input.value);
    const value = this.log ? Number((10 ** place).toPrecision(3)) : place;
    this.say(value);
    this.controls.change(this.name, value, time);
  }

  put(value) {
    this.input.value = this.at(value);
    this.say(value);
  }

  say(value) {
    const text = this.log ? plain(value) : String(value).replace("-", "−");
    this.value.textContent = text;
    this.input.setAttribute("aria-valuetext", `${this.spec.spoken} ${text}`);
  }
}

// A slider whose value can also be typed, as exactly as it is kept.
export class ExactSlider extends Slider {
  constructor(spec, controls) {
    super(spec, controls);
    this.entry = new Entry((value, time) => {
      this.put(value);
      controls.change(spec.name, value, time);
    });
    this.entry.input.setAttribute("aria-label", `${spec.label}, as a number`);
    this.entry.input.addEventListener("keydown", (event) => this.stepped(event));
    this.value.replaceWith(this.entry.input);
    this.root.append(this.entry.note);
  }

  apply(spec, value, held) {
    super.apply(spec, value, held);
    if (!held) this.entry.apply({ ...spec, step: "any" }, value);
  }

  // The arrow keys go as far as the slider's: a step of 1 would leave a small number behind.
  stepped(event) {
    const way = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (!way) return;
    event.preventDefault();
    const { min, max } = this.spec;
    const next = Number((this.entry.current * 10 ** (STEP * way)).toPrecision(3));
    this.entry.typing = false;
    this.put(Math.min(max, Math.max(min, next)));
    this.controls.change(this.name, this.entry.current, event.timeStamp);
  }

  say(value) {
    super.say(value);
    this.entry.show(value);
  }
}
