// The floor of the page "Training": the panels of one run, or those of twins side by side, with
// their difference above, their sources below, and one legend.

import { element, legend, setText } from "../../draw/dom.js";

export class Floor {
  constructor(host) {
    this.root = host.appendChild(element("div", "vv-floor"));
    this.empty = this.root.appendChild(element("p", "vv-empty"));
    this.twins = { a: this.build("a"), b: this.build("b") };
    this.legend = this.root.appendChild(element("div", "vv-legend vv-shared"));
  }

  build(name) {
    const root = this.root.appendChild(element("section", `vv-twin vv-twin-${name}`));
    return {
      root,
      heading: root.appendChild(element("h2", "vv-heading")),
      source: root.appendChild(element("p", "vv-source")),
    };
  }

  // The place of a panel: "a-map" belongs to twin A.
  place(id) {
    return this.twins[id.split("-")[0]]?.root ?? this.root;
  }

  // Panels that are not of this run stay, faded, under the line that says why.
  fade(why) {
    this.root.classList.toggle("vv-stale", why !== "");
    this.empty.hidden = why === "";
    setText(this.empty, why);
  }

  head(headings, panels) {
    const about = (twin) =>
      Object.entries(panels)
        .filter(([id]) => id.startsWith(twin))
        .map(([, panel]) => panel.figure?.layout.meta ?? panel);
    for (const [name, { heading, source }] of Object.entries(this.twins)) {
      setText(heading, headings[name] ?? "");
      setText(source, once(about(name).map((meta) => meta.source)));
    }
    const keys = about("").flatMap((meta) => meta.legend ?? []);
    legend(this.legend, [...new Map(keys.map((key) => [key.join(), key])).values()]);
  }
}

// The parts of all sources, each once: neither again nor where another says it and more.
function once(sources) {
  const parts = [...new Set(sources.flatMap((source) => source.split(" · ")))];
  const more = (part) => parts.some((other) => other.startsWith(`${part}, `));
  return parts.filter((part) => !more(part)).join(" · ");
}
