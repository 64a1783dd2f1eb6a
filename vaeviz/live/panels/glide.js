// Moves points with an identity gradually to their places in the next frame.

const PICTURES = 3; // per glide; the first comes with the frame, each other costs a paint
const PAUSE = 30; // ms between two pictures; all together less than between two frames
const STILL = "(prefers-reduced-motion: reduce)";

export class Glide {
  constructor(draw) {
    this.draw = draw; // (traces) => the picture
  }

  // Moves to `traces`: at once where nothing can glide, else over the next pictures; `shown` is the
  // first.
  show(traces) {
    const from = this.shown;
    this.stop();
    this.goal = this.shown = traces;
    if (!from || document.hidden || matchMedia(STILL).matches) return;
    if (!traces.some((trace, k) => same(from[k], trace))) return;
    this.from = traces.map((trace, k) =>
      same(from[k], trace) ? { ...trace, x: from[k].x, y: from[k].y } : trace,
    );
    this.move(1);
  }

  // Picture k, and after a pause the next one.
  move(k) {
    const t = k / PICTURES;
    this.shown =
      t < 1 ? this.goal.map((trace, n) => between(this.from[n], trace, t * (2 - t))) : this.goal;
    if (t < 1)
      this.timer = setTimeout(() => {
        this.frame = requestAnimationFrame(() => {
          this.move(k + 1);
          this.draw();
        });
      }, PAUSE);
  }

  stop() {
    clearTimeout(this.timer);
    cancelAnimationFrame(this.frame);
  }
}

// The same points in both frames: marks with the same examples.
function same(before, after) {
  const a = before?.customdata;
  const b = after.customdata;
  return Boolean(
    a && b && after.type === "scatter" && a.length === b.length && a.every((id, k) => id === b[k]),
  );
}

function between(from, to, t) {
  if (from.x === to.x) return to;
  const mix = (a, b) => Float32Array.from(b, (value, k) => a[k] + t * (value - a[k]));
  return { ...to, x: mix(from.x, to.x), y: mix(from.y, to.y) };
}
