import assert from "node:assert/strict";
import { test } from "node:test";
import { mp4 } from "../src/export/mp4.ts";

interface Box {
  name: string;
  at: number;
  size: number;
}

const PARENTS = new Set(["moov", "trak", "mdia", "minf", "stbl"]);

function boxes(bytes: Uint8Array, from = 0, to = bytes.length): Box[] {
  const view = new DataView(bytes.buffer);
  const found: Box[] = [];
  while (from < to) {
    const size = view.getUint32(from);
    const name = String.fromCharCode(...bytes.subarray(from + 4, from + 8));
    assert.ok(size >= 8 && from + size <= to, `${name} ${size}`);
    found.push({ name, at: from, size });
    if (PARENTS.has(name)) found.push(...boxes(bytes, from + 8, from + size));
    from += size;
  }
  return found;
}

test("boxes fill the file, and its tables say where the frames are", () => {
  const frames = [[1, 2, 3], [4], [5, 6, 7, 8]].map((data, i) => ({ data: Uint8Array.from(data), key: i !== 1 }));
  const description = Uint8Array.of(1, 100, 0, 40, 255);
  const bytes = mp4({ width: 640, height: 482, rate: 20, codec: "avc1.640028", description, frames });
  const view = new DataView(bytes.buffer);
  const all = boxes(bytes);
  const find = (name: string) => all.find((box) => box.name === name) as Box;
  const words = (name: string, from: number, count: number) =>
    Array.from({ length: count }, (_, i) => view.getUint32(find(name).at + 12 + 4 * (from + i)));
  assert.deepEqual(all.filter((box) => !PARENTS.has(box.name)).map((box) => box.name), [
    "ftyp", "mvhd", "tkhd", "mdhd", "hdlr", "vmhd", "dinf", "stsd", "stts", "stss", "stsc", "stsz", "stco", "mdat",
  ]);
  assert.deepEqual(words("stsz", 0, 5), [0, 3, 3, 1, 4]);
  assert.deepEqual(words("stss", 0, 3), [2, 1, 3]);
  assert.deepEqual(words("stts", 0, 3), [1, 3, 4500]);
  const [, offset] = words("stco", 0, 2);
  assert.equal(offset, find("mdat").at + 8);
  assert.deepEqual([...bytes.subarray(offset)], [1, 2, 3, 4, 5, 6, 7, 8]);
  assert.equal(view.getUint32(find("tkhd").at + 84) / 65536, 640);
  assert.equal(view.getUint32(find("tkhd").at + 88) / 65536, 482);
});

test("H.264 without its description is refused", () => {
  const video = { width: 2, height: 2, rate: 1, codec: "avc1.42e028", description: null, frames: [] };
  assert.throws(() => mp4(video), { message: "This browser's encoder does not say how its video is to be read." });
});
