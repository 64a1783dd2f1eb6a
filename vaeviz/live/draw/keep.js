// Saves files: a drawing as PNG or SVG, or given bytes.

import { Sheet } from "./sheet.js";

const SHARP = 2; // pixels of a PNG per pixel of the screen

export function savePNG(name, draw, width, height, paper) {
  const canvas = Object.assign(document.createElement("canvas"), {
    width: width * SHARP,
    height: height * SHARP,
  });
  const context = canvas.getContext("2d");
  context.scale(SHARP, SHARP);
  papered(context, draw, width, height, paper);
  canvas.toBlob((blob) => save(`${name}.png`, blob), "image/png");
}

export function saveSVG(name, draw, width, height, paper) {
  const sheet = new Sheet(width, height);
  papered(sheet, draw, width, height, paper);
  save(`${name}.svg`, new Blob([sheet.text()], { type: "image/svg+xml" }));
}

function papered(context, draw, width, height, paper) {
  context.fillStyle = paper;
  context.fillRect(0, 0, width, height);
  draw(context, width, height);
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
