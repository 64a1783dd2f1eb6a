// What the live boards share: panels, read-outs, the bar of ready settings, the page's theme, and the clock.

import { element, Panel } from "./panels.js";

const LEAVING = 3000; // ms for which a board keeps silent once another page was asked for
const SILENCE = 3000; // ms without an answer until a board says so
const LINKS = "[data-testid*=Nav][data-testid$=Link]:not([aria-current=page])"; // Streamlit's, to other pages
const screens = new WeakMap();
let left = -Infinity; // when another page was last asked for

document.addEventListener(
  "click",
  ({ target }) => {
    if (target.closest?.(LINKS)) left = performance.now();
  },
  true,
);
window.addEventListener("popstate", () => {
  left = performance.now();
});

// The one screen of this kind under `parent`; a new one where the page has been built anew.
export function mounted(Kind, parent) {
  let screen = screens.get(parent);
  if (!screen?.root.isConnected) screens.set(parent, (screen = new Kind(parent)));
  return screen;
}

export class Screen {
  constructor(parent, name) {
    const host =
      parent.querySelector(`.${name}`) ?? parent.appendChild(element("div", `vv-screen ${name}`));
    host.replaceChildren();
    this.root = host;
    this.scale = 1;
    this.bar = host.appendChild(element("div", "vv-bar"));
    this.side = host.appendChild(element("div", "vv-side"));
    this.note = element("p", "vv-note");
    this.note.setAttribute("role", "status");
    this.readouts = element("table", "vv-readouts");
    this.caption = element("caption", "", "Read-outs");
    this.lost = host.appendChild(element("p", "vv-lost"));
    this.lost.setAttribute("role", "status");
    this.panels = new Map();
    this.sent = 0; // sequence number of the last message
    this.waiting = false; // a message is on its way
    this.born = performance.now(); // what was asked for before may have been this very page
    new ResizeObserver(() => this.resized()).observe(host);
    const watch = setInterval(() => {
      // the room's lights changed: the page's theme may change under us
      if (!this.root.isConnected) clearInterval(watch);
      else if (this.message && ground() !== this.message.theme) this.ask();
    }, 700);
  }

  // Whether nothing may be sent: we are gone, or are being left. A message after the click on another page would
  // overtake it, and that page would never come. If we stay after all, `later` is called.
  leaving(later) {
    clearTimeout(this.staying);
    const rest = left >= this.born ? left + LEAVING - performance.now() : 0;
    if (rest > 0) this.staying = setTimeout(later, rest);
    return rest > 0 || !this.root.isConnected;
  }

  // A message is on its way, for the first time or again; `heard` is its end.
  hark() {
    this.silence ??= setTimeout(() => {
      this.lost.textContent = LOST;
    }, SILENCE);
  }

  heard() {
    clearTimeout(this.silence);
    this.silence = null;
    this.lost.textContent = "";
  }

  loadPlotly() {
    if (window.Plotly || this.script) return;
    const script = (this.script = element("script"));
    script.src = new URL("plotly.min.js", import.meta.url).href;
    script.onload = () => this.redraw();
    script.onerror = () => {
      script.remove();
      this.script = null;
    }; // the next frame asks again
    document.head.appendChild(script);
  }

  dress() {
    this.paper = this.message.paper;
    this.root.style.colorScheme = this.message.theme;
  }

  paintPanels(contents) {
    for (const [id, panel] of this.panels) {
      if (!(id in contents)) {
        panel.remove();
        this.panels.delete(id);
      }
    }
    for (const [id, content] of Object.entries(contents)) {
      if (!this.panels.has(id)) this.panels.set(id, new Panel(id, this.place(id), this));
      this.panels.get(id).fill(content);
    }
    for (const panel of this.panels.values()) panel.look(); // all sizes before any drawing: one layout, not seven
    for (const panel of this.panels.values()) panel.draw();
  }

  // Where the panel of this name goes.
  place() {
    return this.root;
  }

  // A row a read-out; its value is one text, or one for each twin.
  paintReadouts() {
    const key = JSON.stringify(this.message.readouts);
    if (key === this.readoutsKey) return;
    this.readoutsKey = key;
    this.readouts.replaceChildren(
      this.caption,
      ...this.message.readouts.map(([label, value, help, level]) => {
        const row = element("tr"),
          head = element("th", "", label),
          levels = [level].flat();
        row.title = help;
        head.scope = "row";
        row.append(
          head,
          ...[value]
            .flat()
            .map((text, k) => element("td", levels[k] ? `vv-${levels[k]}` : "", text)),
        );
        return row;
      }),
    );
  }

  paintNotes(silent) {
    const text = this.message.notes.join(" ");
    this.note.setAttribute("aria-live", silent ? "off" : "polite");
    if (this.note.textContent !== text) this.note.textContent = text;
  }

  // Once: a button for each scene, the line of what to notice, and the link.
  buildBar(scenes, chosen, help) {
    if (this.bar.childElementCount) return;
    this.scenes = scenes.map((scene, k) => {
      const button = this.bar.appendChild(element("button", "vv-scene", scene.name));
      button.title = scene.notice;
      button.addEventListener("click", (event) => chosen(this.message.scenes[k], event.timeStamp));
      return button;
    });
    this.notice = this.bar.appendChild(element("span", "vv-notice"));
    const copy = this.bar.appendChild(element("button", "vv-copy", "Copy link"));
    copy.title = help;
    copy.addEventListener("click", () => this.copy(copy));
  }

  async copy(button) {
    const url = location.origin + location.pathname + this.message.link;
    let done = "Link copied";
    try {
      await navigator.clipboard.writeText(url);
    } catch {
      done = copyByHand(url);
    }
    button.textContent = done;
    setTimeout(() => {
      button.textContent = "Copy link";
    }, 2000);
  }

  // Replaced, so that "back" leaves the page.
  readdress(query) {
    if (!this.root.isConnected || query === location.search) return;
    history.replaceState(history.state, "", location.pathname + query);
  }

  resized() {
    const height = this.root.clientHeight;
    this.scale = Math.min(1.6, Math.max(1, Math.min(height / 640, this.root.clientWidth / 1240)));
    this.root.style.setProperty("--vv-scale", this.scale);
    this.redraw();
  }

  redraw() {
    for (const panel of this.panels.values()) panel.draw();
  }
}

const LOST = "No answer from the server: what you move is kept here and sent again.";

// "light" or "dark", by what the page's ground is now.
export function ground() {
  const [r, g, b] = getComputedStyle(document.querySelector(".stApp"))
    .backgroundColor.match(/[\d.]+/g)
    .map(Number);
  return 0.3 * r + 0.6 * g + 0.1 * b < 128 ? "dark" : "light";
}

// On the browser's own timeline: a profiler shows it, the benchmark reads it.
export function clock(name, start) {
  performance.measure(`vaeviz:${name}`, { start, end: performance.now() });
}

// Without clipboard permission (plain http on another machine): select a field and use the old command.
function copyByHand(url) {
  const field = document.body.appendChild(element("textarea"));
  field.value = url;
  field.select();
  const copied = document.execCommand("copy");
  field.remove();
  return copied ? "Link copied" : "Copy it from the address bar";
}
