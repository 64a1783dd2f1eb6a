// A decoded vector as a small picture: a grey image, or a point in the plane of two-dimensional
// data.

const SIDE = 64; // pixels of a picture of the plane
const DOT = 4; // radius of the decoded point
const MARGIN = 0.05;

export class Picture {
  constructor({ shape, low, high, x }, colours) {
    this.plane = shape.length === 1;
    [this.h, this.w] = this.plane ? [SIDE, SIDE] : shape;
    this.size = this.h * this.w;
    this.low = low;
    this.gain = 255 / (high - low);
    if (this.plane) this.prepare(x, low, high, colours);
  }

  // Writes the picture of a mean (D) as 0xAABBGGRR words from `at` on.
  write(mean, words, at = 0) {
    if (this.plane) return this.mark(mean, words, at);
    const { size, low, gain } = this;
    for (let k = 0; k < size; k++) {
      let level = (mean[k] - low) * gain + 0.5;
      level = level > 255 ? 255 : level > 0 ? level | 0 : 0;
      words[at + k] = 0xff000000 | (level * 0x10101);
    }
  }

  // The picture of example n as it was sent: grey bytes, or two floats.
  writeExample({ images, x }, n, words, at = 0) {
    if (this.plane) return this.mark(x.subarray(2 * n, 2 * n + 2), words, at);
    for (let k = 0, from = n * this.size; k < this.size; k++)
      words[at + k] = 0xff000000 | (images[from + k] * 0x10101);
  }

  prepare(x, low, high, colours) {
    this.dot = word(colours.decoder);
    this.ground = new Uint32Array(this.size).fill(word(colours.paper));
    const mark = word(colours.dead);
    const edge = word(colours.grid);
    for (let n = 0; n < x.length; n += 2) this.ground[this.place(x[n], x[n + 1], low, high)] = mark;
    for (let k = 0; k < SIDE; k++)
      for (const at of [k, this.size - 1 - k, k * SIDE, k * SIDE + SIDE - 1])
        this.ground[at] = edge;
  }

  place(x, y, low = this.low, high = this.low + 255 / this.gain) {
    const scale = (v) =>
      Math.min(
        SIDE - 1 - DOT,
        Math.max(DOT, Math.round(SIDE * (MARGIN + ((1 - 2 * MARGIN) * (v - low)) / (high - low)))),
      );
    return (SIDE - 1 - scale(y)) * SIDE + scale(x);
  }

  mark([x, y], words, at) {
    words.set(this.ground, at);
    const centre = at + this.place(x, y);
    for (let r = -DOT; r <= DOT; r++) {
      for (let c = -DOT; c <= DOT; c++)
        if (r * r + c * c < DOT * DOT + 2) words[centre + r * SIDE + c] = this.dot;
    }
  }
}

// A canvas of the picture's own pixels; the style sheet stretches it without smoothing.
export class Tile {
  constructor(canvas, picture, across = 1, down = 1) {
    this.canvas = canvas;
    this.picture = picture;
    this.across = across;
    Object.assign(canvas, { width: across * picture.w, height: down * picture.h });
    this.context = canvas.getContext("2d");
    this.image = new ImageData(picture.w, picture.h);
    this.words = new Uint32Array(this.image.data.buffer);
  }

  show(mean, k = 0) {
    this.picture.write(mean, this.words);
    this.put(k);
  }

  example(model, n, k = 0) {
    this.picture.writeExample(model, n, this.words);
    this.put(k);
  }

  put(k) {
    this.context.putImageData(
      this.image,
      (k % this.across) * this.picture.w,
      Math.floor(k / this.across) * this.picture.h,
    );
  }
}

function word(colour) {
  const [r, g, b] = [1, 3, 5].map((k) => parseInt(colour.slice(k, k + 2), 16));
  return (0xff000000 | (b << 16) | (g << 8) | r) >>> 0;
}
