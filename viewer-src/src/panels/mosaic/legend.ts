// What is shown, and what its colours stand for, above the axes.

import { nice } from "../../core/numbers.ts";
import { inside, type Size } from "../../draw/frame.ts";
import type { Pen } from "../../draw/pen.ts";
import type { Theme } from "../../draw/theme.ts";
import type { Mosaic } from "../../state/mosaic.ts";
import { isFine } from "../../state/plane.ts";
import { outputOf, type Scene } from "../../state/scene.ts";
import { isKept } from "../../state/shares.ts";
import { classNames, classPlaces } from "../plane/samples.ts";
import { classTile, steepColour, steepest } from "./tiles.ts";

export const LEGEND = 38; // CSS pixels above the axes
const SIZE = 11;
const LINE = 18;
const BAR = 70;
const LONGEST = 110;

/** How many regions there are, of which weights; why there is nothing to see. */
export function caption(scene: Scene, found: Mosaic | null): string {
  if (!found) return isFine(scene) ? "There are more regions than can be seen" : "Regions follow when it stands still";
  const count = `${found.areas.length} ${found.areas.length === 1 ? "region" : "regions"}`;
  if (scene.changed.value) return `${count}, exact, as changed`;
  return `${count}, exact, ${isKept(scene) ? "of the final weights" : `at step ${scene.step.value}`}`;
}

export function drawLegend(pen: Pen, size: Size, scene: Scene, found: Mosaic | null, theme: Theme): void {
  const { x, y, width } = inside(size);
  pen.text(caption(scene, found), x, y, { colour: theme.faint, size: SIZE, baseline: "middle", most: width });
  if (!found) return;
  const row = y + LINE;
  const letters = { colour: theme.ink, size: SIZE, baseline: "middle" } as const;
  let at = x;
  const word = (text: string) => {
    if (at > x + width - 24) return;
    pen.text(text, at, row, { ...letters, most: Math.min(LONGEST, x + width - at) });
    at += Math.min(LONGEST, pen.measure(text, SIZE)) + 12;
  };
  const patch = (colour: string) => {
    pen.rect(at, row - 5, 10, 10, { colour }, { colour: theme.faint, width: 0.6 });
    at += 14;
  };
  const stroke = (colour: string, thick: number) => {
    pen.line([at, at + 16], [row, row], { colour, width: thick });
    at += 20;
  };
  if (found.winner) {
    const kinds = classPlaces(scene);
    classNames(scene).forEach((name, code) => {
      if (kinds[code] < 0 || at > x + width - 150) return;
      patch(classTile(kinds[code], theme));
      word(name);
    });
    stroke(theme.ink, 2.2);
    word("boundary");
  } else {
    word("steepness 0");
    at -= 6;
    for (let i = 0; i < BAR; i += 2) pen.rect(at + i, row - 5, 2.5, 10, { colour: steepColour(i / BAR, theme) });
    at += BAR + 6;
    word(nice(steepest(found, outputOf(scene))));
  }
  stroke(theme.faint, 1.4);
  word("fold of a node");
}
