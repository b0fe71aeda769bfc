import assert from "node:assert/strict";
import { test } from "node:test";
import { parse } from "../src/core/document.ts";
import { read } from "../src/core/safetensors.ts";

function blob(header: unknown, data: Uint8Array = new Uint8Array(0)): Uint8Array {
  return raw(new TextEncoder().encode(JSON.stringify(header)), data);
}

function raw(text: Uint8Array, data: Uint8Array = new Uint8Array(0), length = text.length): Uint8Array {
  const bytes = new Uint8Array(8 + text.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  bytes.set(text, 8);
  bytes.set(data, 8 + text.length);
  return bytes;
}

const TWO = new Uint8Array(new Float64Array([1.5, -2]).buffer);
const entry = (more: object) => ({ a: { dtype: "F64", shape: [2], data_offsets: [0, 16], ...more } });

test("tensors are read wherever the bytes begin", () => {
  const bytes = blob({ ...entry({}), __metadata__: { who: "me" } }, TWO);
  for (const shift of [0, 1, 2, 4, 7]) {
    const moved = new Uint8Array(bytes.length + shift);
    moved.set(bytes, shift);
    const { metadata, tensors } = read(moved.subarray(shift));
    assert.deepEqual(metadata, { who: "me" });
    assert.deepEqual(tensors.get("a"), { shape: [2], data: new Float64Array([1.5, -2]) });
  }
});

test("float32 and int32 are read as they are", () => {
  const data = new Uint8Array([...new Uint8Array(new Float32Array([0.1]).buffer), 255, 255, 255, 255]);
  const { tensors } = read(blob({
    f: { dtype: "F32", shape: [1], data_offsets: [0, 4] }, i: { dtype: "I32", shape: [], data_offsets: [4, 8] },
  }, data));
  assert.deepEqual(tensors.get("f")?.data, new Float32Array([0.1]));
  assert.deepEqual(tensors.get("i")?.data, new Int32Array([-1]));
});

const REFUSALS: [string, Uint8Array, string][] = [
  ["nothing", new Uint8Array(3), "A document must have at least 8 bytes. Got 3."],
  ["a header that is too long", raw(new Uint8Array(2), TWO, 99),
    "The document's header must fit into it. Got 99 bytes of header in 26."],
  ["a header that is no JSON", raw(new TextEncoder().encode("{nope")),
    "The document's header must be JSON with the tensors' names. It is damaged."],
  ["a header that is no text", raw(new Uint8Array([0x22, 0xff, 0x22])),
    "The document's header must be JSON with the tensors' names. It is damaged."],
  ["a header that is a list", blob([]), "The document's header must be JSON with the tensors' names. It is damaged."],
  ["another type", blob(entry({ dtype: "BF16" }), TWO), "The tensor a must be F64, F32 or I32. Got BF16."],
  ["a type of every object", blob(entry({ dtype: "toString" }), TWO),
    "The tensor a must be F64, F32 or I32. Got toString."],
  ["a tensor that is nothing", blob({ a: null }), "The tensor a must be F64, F32 or I32. Got undefined."],
  ["a shape below 0", blob(entry({ shape: [-2, -1] }), TWO),
    "The tensor a must have a shape and two offsets. The header is damaged."],
  ["a shape that is no list", blob(entry({ shape: "2" }), TWO),
    "The tensor a must have a shape and two offsets. The header is damaged."],
  ["offsets that do not fit the shape", blob(entry({ shape: [3] }), TWO),
    "The tensor a must have 24 bytes inside the document. Got 16 at 0 of 16."],
  ["a tensor beyond the end", blob(entry({ data_offsets: [8, 24] }), TWO),
    "The tensor a must have 16 bytes inside the document. Got 16 at 8 of 16."],
];

for (const [what, bytes, message] of REFUSALS) {
  test(`${what} is refused`, () => assert.throws(() => read(bytes), { message }));
}

test("a document must be one of ours, of a version this page knows", () => {
  const none = { message: "A document must be one that nodewise wrote. This one holds no description." };
  assert.throws(() => parse(blob({})), none);
  assert.throws(() => parse(blob({ __metadata__: { nodewise: "{" } })), none);
  const of = (version: unknown) => blob({ __metadata__: { nodewise: JSON.stringify({ version }) } });
  assert.throws(() => parse(of(2)), { message: "The document's version must be 1. Got 2; update nodewise." });
  assert.throws(() => parse(of("x")), { message: "The document's version must be 1. Got x." });
  assert.throws(() => parse(blob({ __metadata__: { nodewise: "null" } })), {
    message: "The document's version must be 1. Got undefined.",
  });
});
