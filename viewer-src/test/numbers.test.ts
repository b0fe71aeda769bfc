// What Python writes is compared with thousands of numbers in tests/viewer/test_golden.py; here what JSON cannot carry.
import assert from "node:assert/strict";
import { test } from "node:test";
import { apart, interval, nice, range, significant } from "../src/core/numbers.ts";

test("numbers for people have three digits", () => {
  const cases: [number, string][] = [
    [0.123456, "0.123"], [1234.5, "1234"], [1235.5, "1236"], [-0, "0"], [1e6, "1e6"], [1e-5, "1e-5"],
    [0.0001, "0.0001"], [2.5, "2.5"], [100, "100"], [NaN, "nan"], [Infinity, "inf"], [-Infinity, "-inf"],
  ];
  for (const [number, text] of cases) assert.equal(nice(number), text);
});

test("a half is rounded to even", () => {
  assert.equal(significant(0.125, 2), "0.12");
  assert.equal(significant(0.375, 2), "0.38");
  assert.equal(significant(-2.5, 1), "-2");
});

test("ends of a range have the digits that tell them apart", () => {
  assert.deepEqual(apart(1964.15, 1964.44), ["1964.15", "1964.44"]);
  assert.equal(interval(-10, 10), "[-10, 10]");
  assert.equal(interval(1.7e9, 1.7051e9), "[1.7e9, 1.7051e9]");
});

test("a range holds the finite values", () => {
  assert.deepEqual(range([3, NaN, -1, Infinity]), [-1, 3]);
  assert.deepEqual(range([NaN]), [0, 0]);
});
