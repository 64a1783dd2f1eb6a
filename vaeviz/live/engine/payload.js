// The page's message: u32 index length, JSON index, JSON header, bodies of parts (message.py is the
// other side). A part that the browser holds from an earlier message does not travel again. The
// same part is the same object, so whoever uses a message must not change it.

const TYPES = { f4: Float32Array, i4: Int32Array, u1: Uint8Array };

// {message, parts}: the header of one message, and the parts to hold until the next, by tag. Throws
// a MissingPart.
export function unpack(data, held = new Map()) {
  const bytes = data instanceof Uint8Array ? data : new Uint8Array(data);
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const index = JSON.parse(text(bytes.subarray(4, 4 + length)));
  const start = 4 + length + index.header;
  const arrived = new Map();
  let at = start;
  for (const [tag, kind, size] of index.parts)
    arrived.set(tag, { kind, body: bytes.subarray(at, (at += size)) });
  const parcel = new Parcel(held, arrived);
  const message = parcel.parse(bytes.subarray(4 + length, start), []);
  return { message, parts: parcel.parts };
}

// The server took the browser to hold a part that it does not.
export class MissingPart extends Error {}

class Parcel {
  constructor(held, arrived) {
    this.held = held;
    this.arrived = arrived;
    this.parts = new Map(); // tag -> {value, within: tags of the parts inside}
  }

  take(tag, shape) {
    if (!this.parts.has(tag)) this.parts.set(tag, this.held.get(tag) ?? this.build(tag, shape));
    const { value, within } = this.parts.get(tag);
    for (const inner of within) this.take(inner);
    return value;
  }

  build(tag, shape) {
    const part = this.arrived.get(tag);
    if (!part) throw new MissingPart(tag);
    const within = [];
    if (part.kind === "json") return { value: this.parse(part.body, within), within };
    const array =
      part.kind === "u0" ? unmasked(part.body) : new TYPES[part.kind](part.body.slice().buffer);
    return { value: Object.assign(array, shape && { shape }), within };
  }

  parse(body, within) {
    return JSON.parse(text(body), (_, value) => {
      const tag = value?.$part ?? value?.$array;
      if (tag === undefined) return value?.$base ? joined(value) : value;
      within.push(tag);
      return this.take(tag, value.shape);
    });
  }
}

// An array of bytes that are mostly 0: its size, a mask of those that are not, and these.
function unmasked(body) {
  const size = new DataView(body.buffer, body.byteOffset).getUint32(0, true);
  const array = new Uint8Array(size);
  let next = 4 + Math.ceil(size / 8);
  for (let k = 0; k < size; k++) {
    if (body[4 + (k >> 3)] & (128 >> (k & 7))) array[k] = body[next++];
  }
  return array;
}

// A figure: what moves during a drag travels apart from its base, which does not.
function joined({ $base, data, layout }) {
  return {
    data: $base.data.map((trace, k) => ({ ...trace, ...data[k] })),
    layout: { ...$base.layout, ...layout },
  };
}

function text(bytes) {
  return new TextDecoder().decode(bytes);
}
