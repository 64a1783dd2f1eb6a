// Keeps a picture: whatever draws on a canvas also draws on this sheet of SVG, and both can be saved.

const NS = "http://www.w3.org/2000/svg";
const SHARP = 2; // pixels of a PNG for each of the screen

export function savePNG(name, draw, width, height, paper) {
  const canvas = Object.assign(document.createElement("canvas"), {
    width: width * SHARP,
    height: height * SHARP,
  });
  const context = canvas.getContext("2d");
  context.scale(SHARP, SHARP);
  context.fillStyle = paper;
  context.fillRect(0, 0, width, height);
  draw(context, width, height);
  canvas.toBlob((blob) => save(`${name}.png`, blob), "image/png");
}

export function saveSVG(name, draw, width, height, paper) {
  const sheet = new Sheet(width, height);
  sheet.fillStyle = paper;
  sheet.fillRect(0, 0, width, height);
  draw(sheet, width, height);
  save(`${name}.svg`, new Blob([sheet.text()], { type: "image/svg+xml" }));
}

export function save(name, blob) {
  const link = Object.assign(document.createElement("a"), {
    href: URL.createObjectURL(blob),
    download: name,
  });
  document.body.appendChild(link).click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

// The part of a canvas's 2-D context that our drawings use. Transforms are not among it.
export class Sheet {
  constructor(width, height) {
    this.parts = [
      `<svg xmlns="${NS}" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    ];
    this.clips = 0;
    this.open = 0;
    this.kept = [];
    Object.assign(this, {
      fillStyle: "#000",
      strokeStyle: "#000",
      lineWidth: 1,
      globalAlpha: 1,
      font: "16px sans-serif",
      textAlign: "left",
      textBaseline: "alphabetic",
      dash: [],
      path: "",
    });
  }

  text() {
    return `${this.parts.join("\n")}${"</g>".repeat(this.open)}</svg>`;
  }

  save() {
    const {
      fillStyle,
      strokeStyle,
      lineWidth,
      globalAlpha,
      font,
      textAlign,
      textBaseline,
      dash,
      open,
    } = this;
    this.kept.push({
      fillStyle,
      strokeStyle,
      lineWidth,
      globalAlpha,
      font,
      textAlign,
      textBaseline,
      dash,
      open,
    });
  }

  restore() {
    const { open, ...rest } = this.kept.pop();
    this.parts.push("</g>".repeat(this.open - open));
    Object.assign(this, rest, { open });
  }

  setLineDash(dash) {
    this.dash = dash;
  }
  beginPath() {
    this.path = "";
  }
  closePath() {
    this.path += "Z";
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

  arc(x, y, r) {
    this.ellipse(x, y, r, r);
  }

  ellipse(x, y, rx, ry) {
    // whole ones only
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
    this.put(`fill="${this.fillStyle}"`);
  }

  stroke() {
    const dash = this.dash.length ? ` stroke-dasharray="${this.dash.map(n).join(" ")}"` : "";
    this.put(
      `fill="none" stroke="${this.strokeStyle}" stroke-width="${n(this.lineWidth)}" stroke-linejoin="round"${dash}`,
    );
  }

  put(paint) {
    this.parts.push(`<path d="${this.path}" ${paint}${this.seen()}/>`);
  }
  seen() {
    return this.globalAlpha < 1 ? ` opacity="${this.globalAlpha}"` : "";
  }

  fillRect(x, y, w, h) {
    this.parts.push(
      `<rect x="${n(x)}" y="${n(y)}" width="${n(w)}" height="${n(h)}" fill="${this.fillStyle}"${this.seen()}/>`,
    );
  }

  fillText(text, x, y) {
    this.write(text, x, y, `fill="${this.fillStyle}"`);
  }

  strokeText(text, x, y) {
    this.write(
      text,
      x,
      y,
      `fill="none" stroke="${this.strokeStyle}" stroke-width="${n(this.lineWidth)}" stroke-linejoin="round"`,
    );
  }

  write(text, x, y, paint) {
    const [, weight, size] = this.font.match(/^(?:(\d+) )?([\d.]+)px/);
    const anchor = { left: "start", center: "middle", right: "end" }[this.textAlign];
    const shift = { middle: 0.35, top: 0.8 }[this.textBaseline] ?? 0;
    this.parts.push(
      `<text x="${n(x)}" y="${n(y + shift * size)}" font-family="sans-serif" font-size="${size}" ` +
        `font-weight="${weight ?? 400}" text-anchor="${anchor}" ${paint}${this.seen()}>${escaped(text)}</text>`,
    );
  }

  measureText(text) {
    pen.font = this.font;
    return pen.measureText(text);
  }

  // As the canvas has it: all of an image, or a part of it (its first four numbers).
  drawImage(image, ...box) {
    const [x, y, w, h] = box.slice(-4);
    const href = (box.length > 4 ? cropped(image, ...box.slice(0, 4)) : image).toDataURL();
    this.parts.push(
      `<image x="${n(x)}" y="${n(y)}" width="${n(w)}" height="${n(h)}" preserveAspectRatio="none" ` +
        `style="image-rendering:pixelated" href="${href}"/>`,
    );
  }
}

function cropped(image, x, y, w, h) {
  const part = Object.assign(document.createElement("canvas"), { width: w, height: h });
  part.getContext("2d").drawImage(image, x, y, w, h, 0, 0, w, h);
  return part;
}

const pen = document.createElement("canvas").getContext("2d");

function n(value) {
  return Number(value.toFixed(2));
}

function escaped(text) {
  return String(text).replace(/[&<>]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[c]);
}
