// The regions as areas of few colours: by the class that wins, or by how steep the output is.

import { channels, type Theme } from "../../draw/theme.ts";
import { SCALE, step } from "../../draw/scale.ts";
import type { Mosaic } from "../../state/mosaic.ts";
import { outputOf, type Scene } from "../../state/scene.ts";
import { classPlaces, placeColour } from "../plane/samples.ts";

export interface Tile {
  colour: string;
  /** Closed polygons, NaN between them. */
  xs: number[];
  ys: number[];
}

const CLASS = 0.32; // of a class's colour, the rest is paper: the lines on top are to be seen
const STEEP = 0.62;
const COLOURS = 40;

/** The areas, those of one colour together: a few calls to draw thousands of polygons. */
export function tiles(found: Mosaic, scene: Scene, theme: Theme): Tile[] {
  const output = outputOf(scene);
  const key = `${theme.paper} ${output}`;
  const kept = KNOWN.get(found);
  if (kept?.key === key) return kept.tiles;
  const most = steepest(found, output);
  const kinds = classPlaces(scene);
  const groups = new Map<string, Tile>();
  found.polygons.forEach(({ xs, ys }, polygon) => {
    const code = found.winner?.[polygon];
    const part = Math.round((COLOURS * steepness(found, found.region[polygon], output)) / (most || 1)) / COLOURS;
    const colour = code === undefined ? steepColour(part, theme) : mixed(placeColour(kinds[code]), CLASS, theme);
    let group = groups.get(colour);
    if (!group) groups.set(colour, (group = { colour, xs: [], ys: [] }));
    group.xs.push(...xs, xs[0], Number.NaN);
    group.ys.push(...ys, ys[0], Number.NaN);
  });
  const made = [...groups.values()];
  KNOWN.set(found, { key, tiles: made });
  return made;
}

const KNOWN = new WeakMap<Mosaic, { key: string; tiles: Tile[] }>();

/** By how much an output changes across the box, up the steepest way. */
export function steepness(found: Mosaic, region: number, output: number): number {
  const [x, y] = found.slopes(region, output);
  const [across, up] = found.box.map(([low, high]) => high - low);
  return Math.hypot(x * across, y * up);
}

export function steepest(found: Mosaic, output: number): number {
  return Array.from(found.areas, (_, region) => steepness(found, region, output))
    .reduce((most, value) => Math.max(most, value), 0);
}

/** The colour of a share, 0 to 1, of the steepest. */
export function steepColour(part: number, theme: Theme): string {
  const at = 3 * step(part, [0, 1]);
  return mix([SCALE[at], SCALE[at + 1], SCALE[at + 2]], STEEP, theme);
}

export function mixed(colour: string, strength: number, theme: Theme): string {
  return mix(channels(colour), strength, theme);
}

/** The colour of a class's regions. */
export function classTile(place: number, theme: Theme): string {
  return mixed(placeColour(place), CLASS, theme);
}

function mix(colour: readonly number[], strength: number, theme: Theme): string {
  const paper = channels(theme.paper);
  return `rgb(${colour.map((value, i) => Math.round(paper[i] + strength * (value - paper[i]))).join(",")})`;
}
