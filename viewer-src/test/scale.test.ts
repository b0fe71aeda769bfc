import assert from "node:assert/strict";
import { test } from "node:test";
import { SCALE, scaleColour, step } from "../src/draw/scale.ts";

// CIE 1976 lightness of an sRGB colour.
function lightness(red: number, green: number, blue: number): number {
  const linear = [red / 255, green / 255, blue / 255].map((value) =>
    value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
  const y = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
  return y > 0.008856 ? 116 * Math.cbrt(y) - 16 : 903.3 * y;
}

test("the scale grows lighter with every step, and evenly", () => {
  const light = Array.from({ length: 256 }, (_, i) => lightness(SCALE[3 * i], SCALE[3 * i + 1], SCALE[3 * i + 2]));
  for (let i = 4; i < 256; i++) assert.ok(light[i] > light[i - 4]);
  const slope = (light[255] - light[0]) / 255;
  for (let i = 0; i < 256; i++) assert.ok(Math.abs(light[i] - light[0] - slope * i) < 4);
});

test("it is viridis, as matplotlib has it at some places between", () => {
  const known = [[10, 71, 16, 99], [60, 61, 78, 138], [128, 33, 145, 140], [200, 112, 207, 87], [247, 234, 229, 26]];
  for (const [at, red, green, blue] of known) {
    assert.ok(Math.abs(SCALE[3 * at] - red) <= 7);
    assert.ok(Math.abs(SCALE[3 * at + 1] - green) <= 7);
    assert.ok(Math.abs(SCALE[3 * at + 2] - blue) <= 7);
  }
});

test("numbers outside the range, and none at all, have the colours of the ends", () => {
  assert.deepEqual([-9, 0, 1, 2, 9, Number.NaN].map((value) => step(value, [0, 2])), [0, 0, 128, 255, 255, 0]);
  assert.equal(scaleColour(0, [0, 1]), "rgb(68,1,84)");
  assert.equal(scaleColour(1, [0, 1], 0.5), "rgb(127,116,19)");
});
