// A hand on a figure whose axes stand for settings (`meta.go`): where it is down, there we go.

export class Steer {
  constructor(panel) {
    this.panel = panel;
    const { canvas } = panel;
    canvas.addEventListener("pointerdown", (event) => this.down(event));
    canvas.addEventListener("pointermove", (event) => { if (this.held) this.go(event); });
    for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => { this.held = false; });
  }

  get axes() {
    return this.panel.content?.figure?.layout.meta.go;
  }

  down(event) {
    const { frame: f } = this.panel, [px, py] = this.panel.at(event);
    if (!this.axes || event.button || !f) return;
    if (px < f.left || px > f.left + f.width || py < f.top || py > f.top + f.height) return;
    this.held = true;
    this.panel.canvas.setPointerCapture(event.pointerId);
    this.panel.tip.hidden = true;
    this.go(event);
  }

  // A hand that leaves the axes stays at their edge.
  go(event) {
    const { frame: f } = this.panel, [px, py] = this.panel.at(event);
    const x = Math.min(f.left + f.width, Math.max(f.left, px)), y = Math.min(f.top + f.height, Math.max(f.top, py));
    if (this.axes) this.panel.board.went(this.axes, f.ux(x), f.uy(y), event.timeStamp);
  }
}
