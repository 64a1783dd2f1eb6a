// Children of one node in a given order, as keyboards and screen readers go through them.

// Those that stand in order already are not touched, and whatever had the focus keeps it.
export function ordered(parent, nodes) {
  const { activeElement: focus } = document,
    wanted = new Set(nodes);
  let at = parent.firstElementChild;
  for (const node of nodes) {
    while (at && !wanted.has(at)) at = at.nextElementSibling;
    if (node === at) at = at.nextElementSibling;
    else parent.insertBefore(node, at);
  }
  if (focus !== document.activeElement && parent.contains(focus))
    focus.focus({ preventScroll: true });
}
