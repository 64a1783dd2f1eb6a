// Light or dark, for Streamlit's page and ours. Streamlit has no call for it, and its menu is
// hidden: what the menu would use is a value in React's tree.

// Turns the page to "light" or "dark"; false where Streamlit has no such thing any more.
export function turn(theme) {
  const { availableThemes = [], setTheme } = chooser() ?? {};
  const chosen = availableThemes.find(({ name }) => name.toLowerCase().includes(theme));
  if (chosen) setTheme(chosen);
  return Boolean(chosen);
}

export function turns() {
  return chooser() !== undefined;
}

function chooser() {
  const root = document.getElementById("root") ?? {};
  const container = Object.keys(root).find((key) => key.startsWith("__reactContainer$"));
  const queue = [root[container]];
  for (let node = queue.shift(); node; node = queue.shift()) {
    const value = node.memoizedProps?.value;
    if (typeof value?.setTheme === "function") return value;
    queue.push(...[node.child, node.sibling].filter(Boolean));
  }
  return undefined;
}
