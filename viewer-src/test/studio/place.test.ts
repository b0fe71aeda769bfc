import assert from "node:assert/strict";
import { test } from "node:test";
import { joined, NOWHERE, only, parsePlace, writePlace, type Place } from "../../src/studio/place.ts";

test("what is written is read again", () => {
  const places: Place[] = [
    NOWHERE,
    { ...NOWHERE, run: "0123456789ab" },
    { ...NOWHERE, run: "a", view: "snapshot=3&x=-1,2&edits=0.1.b:2.5" },
    { run: "a", beside: "b", linked: false, view: "theme=dark", besideView: "snapshot=3&off=0.1,0.2" },
    { ...NOWHERE, run: "a&b=c#%", beside: "ü" },
  ];
  for (const place of places) assert.deepEqual(parsePlace(writePlace(place)), place);
});

test("an address that says nothing is nowhere", () => {
  assert.equal(writePlace(NOWHERE), "");
  assert.deepEqual(parsePlace("#"), NOWHERE);
  assert.deepEqual(parsePlace("#run=%E0%A4%A&&"), { ...NOWHERE, run: "%E0%A4%A" });
});

test("a view's text is taken apart by names and put together", () => {
  const view = "snapshot=3&theme=dark&xs=1";
  assert.equal(only(view, ["theme", "x"]), "theme=dark");
  assert.equal(only(view, ["theme", "x"], true), "snapshot=3&xs=1");
  assert.equal(joined("", "a=1", "", "b=2"), "a=1&b=2");
});
