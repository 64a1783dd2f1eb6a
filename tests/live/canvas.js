// Fakes for node: a 2-D context that notes what is drawn, with the style that it is drawn in.

const STATE = ["fillStyle", "strokeStyle", "lineWidth", "globalAlpha", "font", "dash"];

export class Recorder {
  constructor() {
    Object.assign(this, { drawn: [], path: [], kept: [], dash: [], globalAlpha: 1 });
  }

  save() {
    this.kept.push(STATE.map((name) => [name, this[name]]));
  }
  restore() {
    Object.assign(this, Object.fromEntries(this.kept.pop()));
  }
  setLineDash(dash) {
    this.dash = dash;
  }
  beginPath() {
    this.path = [];
  }
  measureText(text) {
    return { width: 10 * text.length };
  }
  clip() {}

  note(what, at) {
    const style = Object.fromEntries(STATE.map((name) => [name, this[name]]));
    this.drawn.push({ what, at, ...style });
  }

  of(what) {
    return this.drawn.filter((one) => one.what === what);
  }
}

for (const name of ["moveTo", "lineTo", "arc", "ellipse", "rect", "closePath"])
  Recorder.prototype[name] = function (...at) {
    this.path.push([name, ...at]);
  };
for (const name of ["stroke", "fill"])
  Recorder.prototype[name] = function () {
    this.note(name, this.path);
  };
for (const name of ["fillRect", "fillText", "strokeText", "drawImage"])
  Recorder.prototype[name] = function (...at) {
    this.note(name, at);
  };

// A canvas whose gradient is exact at its 256 columns, and whose pixels can be read: enough for
// colour tables and pictures made of words.
export function fakeDocument() {
  globalThis.ImageData = class {
    constructor(width, height) {
      Object.assign(this, { width, height, data: new Uint8ClampedArray(4 * width * height) });
    }
  };
  globalThis.document = {
    createElement: () => {
      const canvas = { width: 0, height: 0 };
      canvas.getContext = () => ({
        createLinearGradient: () => ({
          stops: [],
          addColorStop(at, colour) {
            this.stops.push([at, colour]);
          },
        }),
        fillRect() {
          canvas.stops = this.fillStyle.stops;
        },
        getImageData: () => ({ data: ramp(canvas.stops) }),
        putImageData(image) {
          canvas.words = new Uint32Array(image.data.buffer);
        },
      });
      return canvas;
    },
  };
}

// Colours such as "#rrggbb" between stops, in 256 steps.
function ramp(stops) {
  const data = new Uint8ClampedArray(4 * 256);
  for (let k = 0; k < 256; k++) {
    const t = k / 255;
    const n = Math.max(1, stops.findIndex(([at]) => at >= t));
    const [[a, low], [b, high]] = [stops[n - 1], stops[n]];
    for (let c = 0; c < 3; c++) {
      const [from, to] = [low, high].map((text) => parseInt(text.slice(1 + 2 * c, 3 + 2 * c), 16));
      data[4 * k + c] = Math.round(from + ((t - a) / (b - a)) * (to - from));
    }
    data[4 * k + 3] = 255;
  }
  return data;
}
