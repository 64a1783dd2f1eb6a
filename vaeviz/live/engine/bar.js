// The bar above a page: a button for each scene, the line of what to notice, the way back to the
// defaults, the link, and light or dark.

import { button, element } from "../draw/dom.js";
import { turn, turns } from "./theme.js";

export class Bar {
  // choose(scene, time of the event), reset()
  constructor(host, help, { choose, reset }) {
    Object.assign(this, { help, choose, link: "" });
    this.more = [];
    this.root = host.appendChild(element("div", "vv-bar"));
    this.scenery = element("span", "vv-scenery");
    this.notice = element("span", "vv-notice");
    this.line = this.notice.appendChild(element("span"));
    this.resetting = button("vv-reset", "Reset", "Bring back the defaults of this page", reset);
    this.copying = button("vv-copy", "Copy link", help, () => this.copy());
    this.turning = button("vv-turn", "◐", "", () => turn(this.other));
    this.turning.hidden = !turns();
    new ResizeObserver(() => this.fit()).observe(this.notice); // buttons come and go beside it
  }

  // Offers the other of the two themes.
  wear(theme) {
    this.other = theme === "dark" ? "light" : "dark";
    const name = `Show it ${this.other}`;
    if (this.turning.title !== name) {
      this.turning.title = name;
      this.turning.setAttribute("aria-label", name);
    }
  }

  // Built anew where other scenes are offered; the line stays, and so does the focus.
  show(scenes, link) {
    Object.assign(this, { scenes, link });
    const key = scenes.map(({ name }) => name).join("\n");
    if (key !== this.key) this.build(key);
    scenes.forEach(({ notice }, k) => {
      this.buttons[k].title = notice;
    });
  }

  // A button of the page's own, before the link.
  add(node) {
    this.more.push(node);
    if (this.copying.isConnected) this.resetting.before(node);
  }

  build(key) {
    const { activeElement: focus } = document;
    const text = this.root.contains(focus) && focus.textContent;
    this.key = key;
    this.buttons = this.scenes.map(({ name, notice }, k) =>
      button("vv-scene", name, notice, (event) => this.choose(this.scenes[k], event.timeStamp)),
    );
    this.scenery.replaceChildren(...this.buttons);
    this.root.replaceChildren(
      this.scenery,
      this.notice,
      ...this.more,
      this.resetting,
      this.copying,
      this.turning,
    );
    const buttons = [...this.root.querySelectorAll("button")];
    buttons.find(({ textContent }) => textContent === text)?.focus();
    this.fit();
  }

  explain(text) {
    if (this.line.textContent === text) return;
    this.line.textContent = text;
    this.fit();
  }

  // The line has room for two, or for three that are smaller; what is longer still, the pointer or
  // the focus unfolds.
  fit() {
    const { notice } = this;
    const long = () => notice.scrollHeight > notice.clientHeight + 1;
    notice.classList.remove("vv-cut", "vv-small");
    notice.classList.toggle("vv-small", long());
    const cut = long();
    notice.classList.toggle("vv-cut", cut);
    if (cut) notice.tabIndex = 0;
    else notice.removeAttribute("tabindex");
  }

  // Shows which scene is in force: -1 for none.
  press(current) {
    this.buttons.forEach((node, k) => node.setAttribute("aria-pressed", String(k === current)));
  }

  async copy() {
    const url = location.origin + location.pathname + this.link;
    let done = "Link copied";
    try {
      await navigator.clipboard.writeText(url);
    } catch {
      done = copied(url) ? done : "Copy it from the address bar";
    }
    this.copying.textContent = done;
    setTimeout(() => {
      this.copying.textContent = "Copy link";
    }, 2000);
  }
}

// Without permission (plain http on another machine): select a field and use the old command.
function copied(url) {
  const field = document.body.appendChild(element("textarea"));
  field.value = url;
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  return done;
}
