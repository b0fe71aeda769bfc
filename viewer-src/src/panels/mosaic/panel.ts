// The regions on which the network is one plane: by steepness or class, with the folds of the nodes that divide them.

import { nice, within } from "../../core/numbers.ts";
import { frame, inside, mapped, type Frame, type Size } from "../../draw/frame.ts";
import { isPlane } from "../../state/grid.ts";
import { mosaicOf, type Mosaic } from "../../state/mosaic.ts";
import { pickNode } from "../../state/pick.ts";
import { outputOf, type Scene } from "../../state/scene.ts";
import { isBroken } from "../../state/straight.ts";
import { stepNode } from "../folds.ts";
import { drawFolds, foldAt, foldOrder } from "./folds.ts";
import { tiles, steepness } from "./tiles.ts";
import { caption, drawLegend, LEGEND } from "./legend.ts";
import type { Cell, Panel } from "../panel.ts";
import { drawPlaneAxes, othersAt, planeHeight, pointAt } from "../plane/axes.ts";
import { drawReadOut, type Row } from "../plane/read_out.ts";
import { classNames, classPlaces, placeColour } from "../plane/samples.ts";
import { cursorOf, planeKey, planePointer } from "../plane/zoom.ts";

const MOST_ROWS = 1000;

export const mosaic: Panel = {
  id: "mosaic",
  title: "Where it folds",
  place: "left",
  applies: (scene) => isPlane(scene) && isBroken(scene) && ranges(scene).every(([low, high]) => low < high),
  height: planeHeight,
  draw(pen, size, scene, theme) {
    const axes = axesOf(size, scene);
    const { x, y, width, height } = axes.box;
    const found = shown(scene);
    drawPlaneAxes(pen, axes, scene, theme);
    drawLegend(pen, size, scene, found, theme);
    if (!found) return;
    pen.clip(x, y, width, height, () => {
      for (const { colour, xs, ys } of tiles(found, scene, theme)) {
        // Edges of the same colour close the hairlines between neighbours.
        pen.area(mapped(xs, axes.toX), mapped(ys, axes.toY), { colour }, { colour, width: 0.7 });
      }
      drawFolds(pen, axes, scene, found, theme);
      if (found.boundary) {
        const at = [mapped(found.boundary.xs, axes.toX), mapped(found.boundary.ys, axes.toY)] as const;
        pen.line(...at, { colour: theme.paper, width: 4.4, alpha: 0.7 });
        pen.line(...at, { colour: theme.ink, width: 2.2 });
      }
      const cursor = cursorOf(scene, axes.x, axes.y);
      const rows = cursor && readOut(scene, found, cursor);
      if (rows) drawReadOut(pen, axes.box, axes.toX(cursor[0]), axes.toY(cursor[1]), rows, theme);
    });
  },
  table(scene) {
    const found = shown(scene);
    const { feature_names: names, output_names: outputs } = scene.doc.network;
    const features = scene.view.along.value.map((feature) => names[feature]);
    const columns = ["region", "share of the area", ...(found?.winner ? ["class"] : [])];
    const slopes = outputs.flatMap((output) => features.map((feature) => `slope of ${output} by ${feature}`));
    if (!found) return { columns: [...columns, ...slopes], rows: [] };
    const order = Array.from(found.areas, (_, region) => region).sort((a, b) => found.areas[b] - found.areas[a]);
    const rows = order.slice(0, MOST_ROWS).map((region): Cell[] => [
      region + 1, found.areas[region], ...(found.winner ? [winnersOf(scene, found, region)] : []),
      ...outputs.flatMap((_, output) => found.slopes(region, output)),
    ]);
    return { columns: [...columns, ...slopes], rows };
  },
  describe(scene) {
    const found = shown(scene);
    const picked = scene.view.node.value;
    const lit = picked && found?.folds.has(picked) ? ` Picked: the fold of ${nodeName(picked)}.` : "";
    const cursor = found && cursorOf(scene, ...found.box);
    const at = cursor ? ` At the cursor ${said(readOut(scene, found, cursor))}.` : "";
    return (
      `${caption(scene, found)}, in the range of the data${othersAt(scene)}` +
      `${found ? `; ${found.folds.size} nodes fold it` : ""}.${lit}${at} ` +
      "n and p go from node to node, Enter picks the one whose fold is nearest to the cursor, Escape lets go. " +
      "Arrow keys move the cursor, with Shift the picture; plus and minus zoom, 0 goes back."
    );
  },
  pointer(event, size, scene) {
    const axes = axesOf(size, scene);
    const moves = event.kind === "leave" || event.kind === "move";
    if (moves) scene.hover.value = event.kind === "leave" || event.held ? null : nearest(scene, axes, event);
    return planePointer(event, axes, scene, () => {
      const node = nearest(scene, axes, event);
      if (node) pickNode(scene, node);
    });
  },
  key(event, size, scene) {
    const axes = axesOf(size, scene);
    const { node } = scene.view;
    const found = shown(scene);
    if (event.key === "Escape" && node.value !== null) {
      node.value = null;
    } else if (/^[np]$/.test(event.key) && found) {
      node.value = stepNode(foldOrder(found), node.value, event.key === "n" ? 1 : -1) ?? node.value;
    } else if (event.key === "Enter" && found) {
      const [x, y] = cursorOf(scene, axes.x, axes.y) ?? found.box.map(([low, high]) => (low + high) / 2);
      const near = foldAt(found, axes, { x: axes.toX(x), y: axes.toY(y) }, Infinity);
      if (near) node.value = near;
    } else {
      return planeKey(event, axes, scene);
    }
    return true;
  },
  cursor: (event, size, scene) =>
    event.held ? "grabbing" : nearest(scene, axesOf(size, scene), event) ? "pointer" : "crosshair",
};

const NEAR = 6; // CSS pixels within which a fold is meant

function ranges(scene: Scene): [number, number][] {
  const { low, high } = scene.doc.data;
  return scene.view.along.value.map((feature) => [low[feature], high[feature]]);
}

function shown(scene: Scene): Mosaic | null {
  const found = mosaicOf(scene).value;
  return typeof found === "string" ? null : found;
}

function axesOf(size: Size, scene: Scene): Frame {
  const box = inside(size);
  const [x, y] = ranges(scene);
  const below = { ...box, y: box.y + LEGEND, height: Math.max(40, box.height - LEGEND) };
  return frame(below, scene.view.x.value ?? x, scene.view.y.value ?? y);
}

function nearest(scene: Scene, axes: Frame, at: { x: number; y: number }): string | null {
  const found = shown(scene);
  return found && foldAt(found, axes, at, NEAR);
}

function nodeName(key: string): string {
  const [layer, node] = key.split(".").map(Number);
  return `node ${node + 1} of layer ${layer + 1}`;
}

/** The number of the polygon a place lies in; -1 outside. */
function polygonAt({ polygons }: Mosaic, [x, y]: readonly [number, number]): number {
  return polygons.findIndex(({ xs, ys }) => {
    let side = 0;
    for (let i = 0; i < xs.length; i++) {
      const next = (i + 1) % xs.length;
      const turn = (xs[next] - xs[i]) * (y - ys[i]) - (ys[next] - ys[i]) * (x - xs[i]);
      if (turn * side < 0) return false;
      side = side || Math.sign(turn);
    }
    return true;
  });
}

function winnersOf(scene: Scene, { region, winner }: Mosaic, wanted: number): string {
  const names = classNames(scene);
  const codes = new Set<number>();
  for (let i = 0; winner && i < winner.length; i++) if (region[i] === wanted) codes.add(winner[i]);
  return [...codes].map((code) => names[code]).join(", ");
}

function readOut(scene: Scene, found: Mosaic, cursor: readonly [number, number]): Row[] {
  const polygon = polygonAt(found, cursor);
  const output = outputOf(scene);
  const { feature_names: names, output_names: outputs } = scene.doc.network;
  const [first, second] = scene.view.along.value;
  const places = [first, second].map((feature, i): Row =>
    ({ label: names[feature], value: within(cursor[i], scene.dataRange(feature)) }));
  if (polygon < 0) return [{ label: "outside", value: "the data" }, ...places];
  const region = found.region[polygon];
  const slopes = found.slopes(region, output);
  const of = scene.classifier ? "logit's " : "";
  const code = found.winner?.[polygon];
  const won: Row[] = code === undefined ? [] : [
    { label: "class", value: classNames(scene)[code], colour: placeColour(classPlaces(scene)[code]), bold: true },
  ];
  const value = scene.classifier ? [] : [
    { label: outputs[output], value: nice(scene.at(pointAt(scene, cursor)).output[output][0]), bold: true },
  ];
  return [
    ...won,
    ...value,
    { label: `region ${region + 1} of ${found.areas.length}`, value: share(found.areas[region]) },
    ...slopes.map((slope, i): Row => ({ label: `${of}slope by ${names[[first, second][i]]}`, value: nice(slope) })),
    ...(scene.classifier ? [] : [{ label: "steepness", value: nice(steepness(found, region, output)) }]),
    ...places,
  ];
}

function share(part: number): string {
  return `${nice(100 * part)} %`;
}

function said(rows: readonly Row[]): string {
  return rows.map(({ label, value }) => `${label} ${value}`).join(", ");
}
