// Points with an identity glide from where they are to where the next frame has them.

const TIME = 100; // ms: less than the time between two frames of a run
const PAUSE = 30; // ms between two pictures: each costs as much again as the frame that it leads to
const still = matchMedia("(prefers-reduced-motion: reduce)");

export class Glide {
  constructor(draw) {
    this.draw = draw; // (traces) => the picture
  }

  // Towards `traces`: at once where nothing can glide, else over the next frames of the screen.
  show(traces) {
    const from = this.shown;
    cancelAnimationFrame(this.frame);
    this.goal = this.shown = traces;
    if (!from || document.hidden || still.matches || !traces.some((t, k) => same(from[k], t))) return;
    this.shown = traces.map((trace, k) => (same(from[k], trace) ? { ...trace, x: from[k].x, y: from[k].y } : trace));
    this.step(this.shown, performance.now());
  }

  step(from, start, last = start) {
    this.frame = requestAnimationFrame((now) => {
      if (now - last < PAUSE) return this.step(from, start, last);
      const t = Math.min(1, Math.max(0, (now - start) / TIME));
      this.shown = t < 1 ? this.goal.map((trace, k) => between(from[k], trace, t * (2 - t))) : this.goal;
      this.draw();
      if (t < 1) this.step(from, start, now);
    });
  }
}

// The same points in both frames: marks with the same examples behind them.
function same(before, after) {
  const a = before?.customdata, b = after.customdata;
  return Boolean(a && b && after.type === "scatter" && a.length === b.length && a.every((id, k) => id === b[k]));
}

function between(from, to, t) {
  if (from.x === to.x) return to;
  const mix = (a, b) => Float32Array.from(b, (value, k) => a[k] + t * (value - a[k]));
  return { ...to, x: mix(from.x, to.x), y: mix(from.y, to.y) };
}
