// An SVG sheet with the 2-D context methods that our drawings use (no transforms), so that every
// drawing on a canvas can be saved as SVG.

const NS = "http://www.w3.org/2000/svg";
const STATE = {
  fillStyle: "#000",
  strokeStyle: "#000",
  lineWidth: 1,
  globalAlpha: 1,
  font: "16px sans-serif",
  textAlign: "left",
  textBaseline: "alphabetic",
  dash: [],
};
let pen = null; // measures texts

export class Sheet {
  constructor(width, height) {
    this.parts = [
      `<svg xmlns="${NS}" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    ];
    Object.assign(this, { ...STATE, path: "", clips: 0, open: 0, kept: [] });
  }

  text() {
    return `${this.parts.join("\n")}${"</g>".repeat(this.open)}</svg>`;
  }

  save() {
    const state = Object.keys(STATE).map((name) => [name, this[name]]);
    this.kept.push({ ...Object.fromEntries(state), open: this.open });
  }

  restore() {
    const state = this.kept.pop();
    this.parts.push("</g>".repeat(this.open - state.open));
    Object.assign(this, state);
  }

  setLineDash(dash) {
    this.dash = dash;
  }

  beginPath() {
    this.path = "";
  }

  moveTo(x, y) {
    this.path += `M${n(x)},${n(y)}`;
  }

  lineTo(x, y) {
    this.path += `L${n(x)},${n(y)}`;
  }

  rect(x, y, w, h) {
    this.path += `M${n(x)},${n(y)}h${n(w)}v${n(h)}h${n(-w)}Z`;
  }

  // Only full circles, and full ellipses.
  arc(x, y, r) {
    this.ellipse(x, y, r, r);
  }

  ellipse(x, y, rx, ry) {
    const half = `a${n(rx)},${n(ry)} 0 1 1`;
    this.path += `M${n(x - rx)},${n(y)}${half} ${n(2 * rx)},0${half} ${n(-2 * rx)},0Z`;
  }

  clip() {
    const id = `clip${(this.clips += 1)}`;
    this.parts.push(
      `<clipPath id="${id}"><path d="${this.path}"/></clipPath><g clip-path="url(#${id})">`,
    );
    this.open += 1;
  }

  fill() {
    this.put(this.filled);
  }

  stroke() {
    const dash = this.dash.length ? ` stroke-dasharray="${this.dash.map(n).join(" ")}"` : "";
    this.put(`${this.stroked}${dash}`);
  }

  get filled() {
    return `fill="${this.fillStyle}"`;
  }

  get stroked() {
    const { strokeStyle, lineWidth } = this;
    const line = `stroke="${strokeStyle}" stroke-width="${n(lineWidth)}"`;
    return `fill="none" ${line} stroke-linejoin="round"`;
  }

  get faded() {
    return this.globalAlpha < 1 ? ` opacity="${this.globalAlpha}"` : "";
  }

  put(paint) {
    this.parts.push(`<path d="${this.path}" ${paint}${this.faded}/>`);
  }

  fillRect(x, y, w, h) {
    const box = `x="${n(x)}" y="${n(y)}" width="${n(w)}" height="${n(h)}"`;
    this.parts.push(`<rect ${box} ${this.filled}${this.faded}/>`);
  }

  fillText(text, x, y) {
    this.write(text, x, y, this.filled);
  }

  strokeText(text, x, y) {
    this.write(text, x, y, this.stroked);
  }

  write(text, x, y, paint) {
    const [, weight, size] = this.font.match(/^(?:(\d+) )?([\d.]+)px/);
    const anchor = { left: "start", center: "middle", right: "end" }[this.textAlign];
    const shift = { middle: 0.35, top: 0.8 }[this.textBaseline] ?? 0;
    this.parts.push(
      `<text x="${n(x)}" y="${n(y + shift * size)}" font-family="sans-serif" ` +
        `font-size="${size}" font-weight="${weight ?? 400}" text-anchor="${anchor}" ` +
        `${paint}${this.faded}>${escaped(text)}</text>`,
    );
  }

  measureText(text) {
    pen ??= document.createElement("canvas").getContext("2d");
    pen.font = this.font;
    return pen.measureText(text);
  }

  // As on a canvas: a whole image, or the part given by the first four numbers.
  drawImage(image, ...box) {
    const [x, y, w, h] = box.slice(-4);
    const href = (box.length > 4 ? cropped(image, ...box.slice(0, 4)) : image).toDataURL();
    this.parts.push(
      `<image x="${n(x)}" y="${n(y)}" width="${n(w)}" height="${n(h)}" ` +
        `preserveAspectRatio="none" style="image-rendering:pixelated" href="${href}"/>`,
    );
  }
}

function cropped(image, x, y, w, h) {
  const part = Object.assign(document.createElement("canvas"), { width: w, height: h });
  part.getContext("2d").drawImage(image, x, y, w, h, 0, 0, w, h);
  return part;
}

function n(value) {
  return Number(value.toFixed(2));
}

function escaped(text) {
  return String(text).replace(/[&<>]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[c]);
}
