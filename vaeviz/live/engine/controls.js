// The page's controls: built once from their declarations, then kept in step with the settings.
//
// A declaration is {name, kind, label, help, disabled: why or "", group, ...what its kind needs}.

import { element, ordered } from "../draw/dom.js";
import { NumberBox } from "./entry.js";
import { Button, Choice, PasteBox } from "./fields.js";
import { ExactSlider, Slider } from "./sliders.js";

const KINDS = {
  button: Button,
  choice: Choice,
  exact: ExactSlider,
  int: Slider,
  linear: Slider,
  log: Slider,
  number: NumberBox,
  paste: PasteBox,
};

export class Controls {
  // place(group) => a new group's place; change(name, value, time of the event); act(name)
  constructor({ place, change, act }) {
    Object.assign(this, { place, change, act, fields: new Map(), groups: new Map() });
    this.active = null; // the control under the pointer: never moved from outside
  }

  // These controls and no others, in this order in their groups.
  show(specs, settings) {
    this.update(specs, settings);
    const shown = new Set(specs.map(({ name }) => this.fields.get(name).root));
    for (const { root } of this.fields.values()) root.hidden = !shown.has(root);
    for (const group of this.groups.values())
      ordered(
        group,
        [...shown].filter((root) => root.parentElement === group),
      );
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
    this.group(spec.group).appendChild(field.root);
    return field;
  }

  group(name = "") {
    if (!this.groups.has(name)) {
      const root = element("div", `vv-group${name && ` vv-group-${name}`}`);
      this.groups.set(name, root);
      this.place(root, name);
    }
    return this.groups.get(name);
  }
}
