// The board's message: u32 header length, JSON header, raw bytes. See board.py for the other side.

const TYPES = { f4: Float32Array, i4: Int32Array, u1: Uint8Array };

export function unpack(data) {
  const bytes = data instanceof Uint8Array ? data : new Uint8Array(data);
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const tail = bytes.slice(4 + length).buffer;
  const text = new TextDecoder().decode(bytes.subarray(4, 4 + length));
  return JSON.parse(text, (_, value) =>
    value?.type in TYPES && "at" in value ? array(value, tail) : value,
  );
}

// Each array starts at its own offset, so it is copied to where its type may lie.
function array({ type, at, count, shape }, tail) {
  const Type = TYPES[type];
  return Object.assign(
    new Type(tail.slice(at, at + count * Type.BYTES_PER_ELEMENT)),
    shape && { shape },
  );
}
