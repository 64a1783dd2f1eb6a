// The board's message: u32 header length, JSON header, raw bytes. See board.py for the other side.

const DTYPES = { i1: Int8Array, u1: Uint8Array, i2: Int16Array, u2: Uint16Array, i4: Int32Array, u4: Uint32Array,
  f4: Float32Array, f8: Float64Array };

export function unpack(data) {
  const bytes = data instanceof Uint8Array ? data : new Uint8Array(data);
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
  header.bytes = bytes.subarray(4 + length);
  return header;
}

// Plotly writes arrays as {dtype, bdata}; plain lists stay as they are.
export function array(value) {
  if (!value || !value.bdata) return value ?? [];
  const text = atob(value.bdata);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return new DTYPES[value.dtype](bytes.buffer);
}
