// The chapter's text. Streamlit renders it once, with its formulas, where nobody sees it
// (ui/page.py); before each part stands a paragraph of one piece of code, "@tool/part".

const LATER = 400; // ms until the text is looked for again
const PATIENCE = 50; // looks

// `changed` is called when Streamlit has rendered it, or its formulas.
export class Source {
  constructor(chapter, changed) {
    Object.assign(this, { chapter, changed, texts: new Map(), looks: 0 });
    this.observer = new MutationObserver(() => this.read());
  }

  find() {
    if (this.node?.isConnected) return;
    this.node = document.querySelector(`.st-key-vv-reading-${this.chapter}`);
    if (this.node) {
      this.observer.disconnect();
      this.observer.observe(this.node, { childList: true, subtree: true, characterData: true });
      this.looks = 0;
      this.read();
    } else if (this.looks++ < PATIENCE) {
      clearTimeout(this.later);
      this.later = setTimeout(() => this.find(), LATER);
    }
  }

  read() {
    const texts = new Map();
    const marks = [...this.node.querySelectorAll("p > code:only-child")].filter(
      (code) => code.textContent.startsWith("@") && code.parentNode.childNodes.length === 1,
    );
    for (const code of marks) {
      const nodes = [];
      let at = code.parentNode.nextElementSibling;
      for (; at && !marks.some((mark) => mark.parentNode === at); at = at.nextElementSibling)
        nodes.push(at);
      texts.set(code.textContent.slice(1), nodes);
    }
    this.texts = texts;
    this.changed();
  }

  // Whether the text is there.
  get known() {
    return this.texts.size > 0;
  }

  has(tool, part) {
    return this.texts.has(`${tool}/${part}`);
  }

  parts(tool) {
    const own = [...this.texts.keys()].filter((key) => key.startsWith(`${tool}/`));
    return own.map((key) => key.slice(tool.length + 1));
  }

  take(tool, part) {
    return (this.texts.get(`${tool}/${part}`) ?? []).map((node) => node.cloneNode(true));
  }

  // The glossary's name of a word, in its plural, too.
  term(word) {
    const name = word.trim();
    const forms = [name, name.toLowerCase(), name.toLowerCase().replace(/s$/, "")];
    return forms.find((form) => this.has("glossary", form));
  }
}
