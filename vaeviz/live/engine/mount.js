// What Streamlit calls: the one page under a component's element takes each message. `Page` is its
// class, from a module that the component loads beside this one: no other page's travel. The style
// sheets are loaded once, before the first page: as the component's they would travel with every
// message.

import { MissingPart, unpack } from "./payload.js";

// later ones add to what all pages share
const SHEETS = ["base", "latent", "page", "reading", "training", "learn", "small"];
const pages = new WeakMap();

await Promise.all(SHEETS.map(styled));

// Streamlit may show an older message again, so the parts of the one before last are kept too. If a
// part is missing all the same, as on a page that was built anew, the server sends every one.
export function mount({ data, parentElement, setStateValue }, Page) {
  const page = mounted(parentElement, Page);
  page.send = (state) => setStateValue("live", state);
  if (!data) return;
  let unpacked;
  try {
    unpacked = unpack(data, new Map([...page.olderParts, ...page.parts]));
  } catch (error) {
    if (!(error instanceof MissingPart)) throw error;
    page.parts = new Map();
    return page.channel.ask();
  }
  page.olderParts = page.parts;
  page.parts = unpacked.parts;
  page.receive(unpacked.message);
}

// A page without its rules still works, so an error ends the wait too.
function styled(name) {
  const { href } = new URL(`../styles/${name}.css`, import.meta.url);
  return new Promise((done) => {
    const events = { onload: done, onerror: done };
    document.head.append(
      Object.assign(document.createElement("link"), { rel: "stylesheet", href, ...events }),
    );
  });
}

// A new one where Streamlit has built the page anew.
function mounted(parent, Page) {
  if (!pages.get(parent)?.root.isConnected) {
    pages.set(parent, new Page(parent.querySelector(".vv-screen")));
  }
  return pages.get(parent);
}
