// The page "Quiz": panels that the user answers, what is remembered of it, and their formulas.
//
// A message has besides a page's: files [{id, name, type, bytes}], each until the state has its id
// among `saved`.

import { save } from "../draw/keep.js";
import { Cards } from "../panels/learn/cards.js";
import { Drill } from "../panels/learn/drill.js";
import { Quiz } from "../panels/learn/quiz.js";
import { offer } from "../panels/panel.js";
import { keep, remembered } from "./kept.js";
import Page from "./page.js";

offer("quiz", Quiz);
offer("cards", Cards);
offer("drill", Drill);

export default class Learn extends Page {
  build() {
    super.build();
    this.kept = { keep, remembered };
    this.rendered = new Map();
    this.saved = new Set();
  }

  state() {
    const { files = [] } = this.message ?? {};
    return { saved: files.map(({ id }) => id).filter((id) => this.saved.has(id)) };
  }

  paintBody() {
    super.paintBody();
    for (const { id, name, type, bytes } of this.message.files ?? []) {
      if (!this.saved.has(id)) save(name, new Blob([bytes], { type }));
      this.saved.add(id);
    }
  }

  // A copy of Streamlit's rendering of a formula, which carries its TeX; null while there is none.
  formula(tex) {
    const found = document.querySelectorAll("[class*=st-key-vv-reading-] .katex");
    if (found.length !== this.count) {
      this.count = found.length;
      for (const node of found) {
        const own = node.querySelector("annotation")?.textContent.trim();
        if (own) this.rendered.set(own, node);
      }
    }
    return this.rendered.get(tex.trim())?.cloneNode(true) ?? null;
  }
}
