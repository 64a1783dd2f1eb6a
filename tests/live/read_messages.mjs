// Reads messages with the browser's payload.js: `node read_messages.mjs PAYLOAD.js < cases > results`.
// A case is a list of steps [held tags or null for all, message in base64]; the result of a step is
// {message, parts, same, shared}: the header with arrays as {type, shape, values}, the tags to hold,
// and how many of them were held before and whether all of these are the very same objects; or
// {error}.

import { readFileSync } from "node:fs";

const { unpack } = await import(process.argv[2]);
const cases = JSON.parse(readFileSync(0, "utf8"));
process.stdout.write(JSON.stringify(cases.map(read)));

function read(steps) {
  let held = new Map();
  return steps.map(([keeps, text]) => {
    if (keeps) held = new Map(keeps.map((tag) => [tag, held.get(tag)]));
    const before = new Map(held);
    let got;
    try {
      got = unpack(new Uint8Array(Buffer.from(text, "base64")), held);
    } catch (error) {
      return { error: error.message };
    }
    held = got.parts;
    const shared = [...before.keys()].filter((tag) => held.has(tag));
    return {
      message: plain(got.message),
      parts: [...held.keys()],
      same: shared.every((tag) => held.get(tag).value === before.get(tag).value),
      shared: shared.length,
    };
  });
}

function plain(value) {
  if (ArrayBuffer.isView(value)) {
    return { type: value.constructor.name, shape: value.shape ?? null, values: [...value] };
  }
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plain(inner)]));
}
