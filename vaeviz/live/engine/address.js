// The address bar: it names the view, so that a reload or a bookmark opens it again.

const attached = new Map(); // on every page of this tab

// What is to stand in the address besides the settings, by name; null: no longer.
export function attach(texts) {
  for (const [name, text] of Object.entries(texts)) attached.set(name, text);
}

// The address with the link's settings in it, none of the others by these names, and whatever else
// stood there.
export function merged(link, names) {
  const query = new URLSearchParams(location.search);
  for (const name of names) query.delete(name);
  for (const [name, value] of new URLSearchParams(link)) query.set(name, value);
  for (const [name, text] of attached) {
    if (text === null) query.delete(name);
    else query.set(name, text);
  }
  return query.size ? `?${query}` : "";
}

// Replaced, so that "back" leaves the page; a page that is gone has no address.
export function readdress(root, query) {
  if (!root.isConnected || query === location.search) return;
  history.replaceState(history.state, "", location.pathname + query);
}

// Streamlit opens the page of this path, as for the browser's own "back".
export function visit(root, path, query = "") {
  const { chapter } = root.dataset;
  const { pathname } = location;
  const here = pathname.endsWith(`/${chapter}`);
  const base = here ? pathname.slice(0, -chapter.length) : pathname.replace(/\/?$/, "/");
  history.pushState(null, "", `${base}${path}${query}`);
  dispatchEvent(new PopStateEvent("popstate", { state: null }));
}
