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

export class NumberBox extends Field {
  constructor(spec, controls) {
    super(spec, controls);
    this.input = this.root.appendChild(element("input"));
    this.input.type = "number";
    this.input.dataset.name = spec.name;
    this.input.addEventListener("input", () => { this.typing = true; });
    this.input.addEventListener("change", (event) => this.entered(event.timeStamp));
    this.input.addEventListener("blur", () => this.entered(performance.now()));
  }

  apply(spec, value) {
    this.common(spec);
    Object.assign(this.input, { min: spec.min, max: spec.max, step: spec.step ?? 1 });
    this.current = value;
    if (!this.typing) this.input.value = value;
  }

  // What can't be is shown as what is: the nearest number, or the old one for none.
  entered(time) {
    if (!this.typing) return;
    this.typing = false;
    const typed = this.input.value === "" ? this.current : Number(this.input.value);
    const step = Number(this.input.step), nearest = Math.round(typed / step) * step;
    const value = Number(Math.min(this.spec.max, Math.max(this.spec.min, nearest)).toPrecision(6));
    this.input.value = this.current = value; // also before the server has answered
    this.controls.change(this.name, value, time);
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
    if (document.activeElement !== this.input && this.input.value !== value) this.input.value = value;
  }
}
