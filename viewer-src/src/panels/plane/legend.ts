// What the marks of a classifier's picture stand for, in as many lines as it takes, above the axes.

import { inside, type Box, type Size } from "../../draw/frame.ts";
import { textWidth } from "../../draw/measure.ts";
import type { Pen } from "../../draw/pen.ts";
import { drawMarks } from "../../draw/shapes.ts";
import type { Theme } from "../../draw/theme.ts";
import { columns, type Scene } from "../../state/scene.ts";
import { drawRings } from "./marks.ts";
import { classNames, classPlaces, codes, placeColour } from "./samples.ts";

const LINE = 18;
const MARK = 20;
const GAP = 12;
const LONGEST = 150;
const SIZE = 11;

interface Entry {
  label: string;
  draw(pen: Pen, x: number, y: number, theme: Theme): void;
}

interface Placed extends Entry {
  x: number;
  y: number;
}

/** The box that is left below the legend. */
export function belowLegend(size: Size, scene: Scene): Box {
  const box = inside(size);
  const lines = Math.max(1, ...placed(box, entries(scene, null)).map((entry) => entry.y + 1));
  const taken = lines * LINE;
  return { ...box, y: box.y + taken, height: Math.max(40, box.height - taken) };
}

/** Draw the legend; `wrong` is how many samples are in the wrong class. */
export function drawLegend(pen: Pen, size: Size, scene: Scene, theme: Theme, wrong: number | null): void {
  const box = inside(size);
  for (const entry of placed(box, entries(scene, wrong))) {
    const y = box.y - 2 + LINE * (entry.y + 0.5);
    entry.draw(pen, entry.x + MARK / 2 - 4, y, theme);
    pen.text(entry.label, entry.x + MARK, y, { colour: theme.ink, size: SIZE, baseline: "middle", most: LONGEST });
  }
}

function entries(scene: Scene, wrong: number | null): Entry[] {
  const kinds = classPlaces(scene);
  const labels = classNames(scene);
  const named = labels.flatMap((label, code): Entry[] => (kinds[code] < 0 ? [] : [{ label, draw: mark(kinds[code]) }]));
  const others = kinds.filter((kind) => kind < 0).length;
  if (others > 0) named.push({ label: `${others} other classes`, draw: mark(-1) });
  const heldOut = columns(scene.doc, "held_out.inputs").length > 0;
  const { drawn, samples } = scene.doc.data;
  const of = drawn < samples ? ` of ${drawn}` : "";
  const errs = `wrong${wrong === null ? "" : ` (${wrong}${of})`}`;
  return [
    ...named,
    ...(heldOut ? [{ label: "held out", draw: hollow }] : []),
    // Its room is the same whatever the number, so that nothing moves while the training is played.
    ...(codes(scene, "data").length > 0 ? [{ label: errs, draw: ring }] : []),
  ];
}

function mark(kind: number): Entry["draw"] {
  return (pen, x, y, theme) => {
    const edge = { colour: theme.dark ? theme.ink : theme.paper, width: 0.8 };
    drawMarks(pen, Math.max(0, kind), [x], [y], 4, { colour: placeColour(kind) }, edge);
  };
}

function hollow(pen: Pen, x: number, y: number, theme: Theme): void {
  pen.dots([x], [y], 3.6, { colour: theme.paper }, { colour: theme.faint, width: 1.8 });
}

function ring(pen: Pen, x: number, y: number, theme: Theme): void {
  drawRings(pen, [x], [y], 5.5, theme);
}

function placed(box: Box, all: readonly Entry[]): Placed[] {
  let x = box.x;
  let y = 0;
  return all.map((entry) => {
    const width = MARK + Math.min(LONGEST, widthOf(entry.label)) + GAP;
    if (x > box.x && x + width - GAP > box.x + box.width) {
      x = box.x;
      y += 1;
    }
    const here = { ...entry, x, y };
    x += width;
    return here;
  });
}

function widthOf(label: string): number {
  return textWidth(label.startsWith("wrong") ? "wrong (0000 of 0000)" : label, SIZE);
}
