// The board's controls, built once from their declaration and then kept in step with the server's settings.

import { Entry, Field, NumberBox, PasteBox, TextBox } from "./fields.js";
import { element } from "./panels.js";

export class Controls {
  constructor(host, change) {
    this.host = host; // (declaration) => where its field goes
    this.change = change; // (name, value, time of the event)
    this.fields = new Map();
    this.active = null; // the control under the hand: never moved from outside
  }

  update(specs, settings) {
    for (const spec of specs) {
      const field = this.fields.get(spec.name) ?? this.build(spec);
      field.apply(spec, settings[spec.name], this.active === spec.name);
    }
  }

  build(spec) {
    const field = new KINDS[spec.kind](spec, this);
    this.fields.set(spec.name, field);
    this.host(spec).appendChild(field.root);
    return field;
  }
}

class Slider extends Field {
  constructor(spec, controls) {
    super(spec, controls);
    this.value = this.root.appendChild(element("output", "vv-value"));
    this.value.setAttribute("aria-live", "off"); // the slider itself says its value
    this.input = this.root.appendChild(element("input"));
    this.input.type = "range";
    this.input.dataset.name = spec.name;
    this.input.addEventListener("input", (event) => this.moved(event.timeStamp));
    this.input.addEventListener("pointerdown", () => {
      controls.active = spec.name;
    });
    for (const end of ["pointerup", "pointercancel", "blur"]) {
      this.input.addEventListener(end, () => {
        controls.active = null;
      });
    }
  }

  apply(spec, value, held) {
    this.common(spec);
    this.root.style.setProperty("--vv-colour", spec.colour);
    const log = spec.kind !== "int";
    const [low, high] = log ? [Math.log10(spec.min), Math.log10(spec.max)] : [spec.min, spec.max];
    Object.assign(this.input, { min: low, max: high, step: log ? 0.02 : 1 });
    if (held) return;
    this.input.value = log ? Math.log10(value) : value;
    this.say(value);
  }

  read() {
    const raw = Number(this.input.value);
    return this.spec.kind !== "int" ? Number((10 ** raw).toPrecision(3)) : raw;
  }

  moved(time) {
    const value = this.read();
    this.say(value);
    this.controls.change(this.name, value, time);
  }

  say(value) {
    const text = this.spec.kind !== "int" ? plain(value) : String(value);
    this.value.textContent = text;
    this.input.setAttribute("aria-valuetext", `${this.spec.spoken} ${text}`);
  }
}

// A slider whose value can also be typed, as exactly as it is kept.
class ExactSlider extends Slider {
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
    const { min, max } = this.spec,
      next = Number((this.entry.current * 10 ** (0.02 * way)).toPrecision(3));
    this.entry.typing = false;
    this.put(Math.min(max, Math.max(min, next)));
    this.controls.change(this.name, this.entry.current, event.timeStamp);
  }

  put(value) {
    this.input.value = Math.log10(value);
    this.say(value);
  }

  say(value) {
    super.say(value);
    this.entry.show(value);
  }
}

class Choice extends Field {
  constructor(spec, controls) {
    super(spec, controls);
    this.input = this.root.appendChild(element("select"));
    this.input.dataset.name = spec.name;
    this.input.addEventListener("change", (event) => {
      controls.change(spec.name, this.input.value, event.timeStamp);
    });
  }

  apply(spec, value) {
    this.common(spec);
    this.offer(spec.options);
    if (this.input.value !== String(value)) this.input.value = String(value); // an open list stays open
    this.root.classList.toggle("vv-short", this.short(spec));
  }

  // Options that stay are written anew where they are: an open list stays open.
  offer(options) {
    const key = JSON.stringify(options),
      { children } = this.input;
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

  // Whether half a row is enough for the label and the longest option.
  short({ label, options }) {
    return label.length + Math.max(...options.map(([, text]) => text.length)) <= 12;
  }
}

const KINDS = {
  choice: Choice,
  number: NumberBox,
  text: TextBox,
  paste: PasteBox,
  log: Slider,
  exact: ExactSlider,
  int: Slider,
};

export function plain(value) {
  if (value === 0 || (value >= 0.001 && value < 1000)) return String(Number(value.toPrecision(3)));
  return value.toExponential(1).replace("e-", "e−").replace("e+", "e");
}
