// The base of the tools under the tabs: fields in a row, a canvas of decoded pictures, a line of
// text.

import { button, element, options, pointed, setText } from "../../draw/dom.js";
import { keeper, Stage } from "../../draw/stage.js";

export class Tool {
  // page: {reading, model, settings, point, colours, scale, set(name, value), go(z), aim()}
  constructor(page, name, title) {
    Object.assign(this, { page, name });
    this.root = element("section", `vv-tool vv-tool-${name}`);
    this.root.id = `vv-tool-${name}`;
    this.root.setAttribute("role", "tabpanel");
    this.root.setAttribute("aria-label", title);
    this.head = this.root.appendChild(element("div", "vv-head"));
    this.stage = new Stage(
      this.root.appendChild(element("div", "vv-stage")),
      (context, width, height) => this.draw(context, width, height),
    );
    this.words = this.root.appendChild(element("p", "vv-words"));
    this.stage.say(title); // until the tool says what it shows
    this.build();
    this.head.append(page.reading.mark("canvas", "What is drawn"));
    const kept = (context, width, height) => this.kept(context, width, height);
    keeper(this.head, this.stage, () => ({ name, draw: kept, paper: page.colours.paper }));
  }

  // Overridden: the fields; a new model, setting or answer; a moved point; what it draws; what it
  // adds to the map.
  build() {}
  update() {}
  moved() {}
  draw() {}
  above() {}

  // The saved file, where it differs from the canvas.
  kept(context, width, height) {
    this.draw(context, width, height);
  }

  leave() {}
  resized() {
    this.stage.paint();
  }

  say(text, alt = text) {
    setText(this.words, text);
    this.stage.say(alt);
  }

  // Without a drawing: only the text, in the middle.
  bare(on) {
    this.root.classList.toggle("vv-bare", on);
  }

  button(text, help, act) {
    return this.head.appendChild(button("", text, help, act));
  }

  // A list of [value, text] whose choice is the setting `name`.
  choice(label, name, offered) {
    const select = this.field(label, "select");
    select.dataset.name = name;
    select.fill = (list) => {
      const key = JSON.stringify(list);
      if (key === select.key) return;
      select.key = key;
      select.replaceChildren(...options(list));
    };
    select.fill(offered);
    select.addEventListener("change", () => this.page.set(name, select.value));
    return select;
  }

  number(label, name, { min, max, step = 1 }) {
    const input = this.field(label, "input");
    Object.assign(input, { type: "number", min, max, step });
    input.dataset.name = name;
    input.addEventListener("beforeinput", pointed);
    input.addEventListener("change", () => {
      const text = input.value; // "" for what is no number: then the old one stays
      const typed = text === "" ? this.page.settings[name] : Number(text);
      const value = Math.min(Number(input.max), Math.max(Number(input.min), typed));
      input.value = value;
      this.page.set(name, value);
    });
    return input;
  }

  // A slider without a setting; `moved` gets its value.
  slider(ariaLabel, { min, max, step }, moved) {
    const input = this.head.appendChild(element("input"));
    Object.assign(input, { type: "range", min, max, step, ariaLabel });
    input.addEventListener("input", () => moved(Number(input.value)));
    return input;
  }

  field(label, tag) {
    const root = this.head.appendChild(element("label", "vv-pick", label));
    return root.appendChild(element(tag));
  }

  // Sets the fields to the settings, except the one in which the user types.
  follow(fields) {
    for (const [name, field] of Object.entries(fields)) {
      if (document.activeElement !== field || field.type !== "number")
        field.value = this.page.settings[name];
    }
  }
}
