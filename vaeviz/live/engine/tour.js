// The tour: a few windows, one after another, each beside the part of the page that it explains.
// Its steps are the parts of the text's "tour"; the first visit is told of it.

import { button, element } from "../draw/dom.js";
import { Popover } from "../draw/popover.js";
import { keep, remembered } from "./kept.js";
import { low, phone, reveal } from "./narrow.js";

const KEY = "vaeviz-tour"; // kept once the tour was begun, or the invitation declined
const SLIDERS = ":is(.vv-field-beta, .vv-field-sigma2, .vv-field-d)";

export class Tour {
  constructor(page, reading) {
    Object.assign(this, { page, reading, step: -1 });
    this.button = button("vv-tour", "Tour", "Show the page in a few steps", () => this.go(0));
    this.button.hidden = true;
    this.pop = new Popover(page.root, true);
    this.pop.root.addEventListener("click", (event) => reading.pressed(event));
  }

  // Where the chapter has one: the button, and on the first visit the invitation.
  show() {
    this.steps = this.reading.source.parts("tour").filter(Boolean);
    this.button.hidden = !this.steps.length;
    if (!this.steps.length || this.invited || remembered(KEY) || this.engaged) return;
    this.invited = true;
    const begin = button("vv-try", "Show me", "", () => this.go(0));
    const skip = button("vv-try", "No, thanks", "", () => this.reading.pop.hide());
    const buttons = element("p");
    buttons.append(begin, " ", skip);
    const nodes = [...this.reading.source.take("tour", ""), buttons];
    this.reading.open(this.button, "Tour", nodes, () => keep(KEY, "seen"));
    sink(this.reading.pop);
  }

  // Whoever leads or follows a lecture or a room needs no invitation; a low window has no room for
  // one.
  get engaged() {
    const { message, door } = this.page;
    const asked = new URLSearchParams(location.search);
    const led = ["lecture", "present", "room"].some((name) => asked.has(name));
    return low() || led || Boolean(message?.lecture || door?.room);
  }

  // A step stays while the user does what it says.
  go(step) {
    keep(KEY, "seen");
    const { steps, reading, pop } = this;
    const lit = this.lit(steps[step]);
    reading.pop.hide();
    if (!lit.length) return step + 1 < steps.length ? this.go(step + 1) : pop.hide();
    const buttons = element("p", "vv-steps", `${step + 1} of ${steps.length} `);
    const last = step + 1 === steps.length;
    if (step)
      buttons.append(
        button("vv-try", "Back", "", () => this.go(step - 1)),
        " ",
      );
    const next = button("vv-try", last ? "Done" : "Next", "", () =>
      last ? pop.hide() : this.go(step + 1),
    );
    buttons.append(next);
    if (!last) buttons.prepend(button("vv-close", "×", "End the tour", () => pop.hide()));
    const text = reading.text([...reading.source.take("tour", steps[step]), buttons]);
    pop.hide(); // the step before is lit no more
    for (const node of lit) node.classList.add("vv-lit");
    reveal(lit[0]);
    pop.show(lit.at(-1), "Tour", [text], () => {
      for (const node of lit) node.classList.remove("vv-lit");
    });
    sink(pop);
    next.focus({ preventScroll: true });
  }

  // A panel, or another part of the page; on a phone, whose side has no box, the sliders in it.
  lit(name) {
    const { panels, side, bar } = this.page;
    const node = panels.panels.get(name)?.root ?? { side, bar: bar.root }[name];
    if (!node) return [];
    if (node.getClientRects().length) return [node];
    return [...node.querySelectorAll(SLIDERS)].filter((field) => field.getClientRects().length);
  }
}

// On a phone the window stands at the lower edge: sliders and panels begin at the upper one.
function sink(pop) {
  if (phone()) pop.sink();
}
