// The nodes one by one: what each contributes, in its colour, and a switch for each.

import { nodeColour, type Theme } from "../../draw/theme.ts";
import type { Range } from "../../draw/ticks.ts";
import type { Pen } from "../../draw/pen.ts";
import { widened } from "../../draw/ticks.ts";
import { isPlane } from "../../state/grid.ts";
import { hiddenLayers, type Scene } from "../../state/scene.ts";
import { sharesOf } from "../../state/shares.ts";
import { pickNode } from "../../state/pick.ts";
import { toggleNode } from "../../state/weights.ts";
import type { Panel, Pointer } from "../panel.ts";
import { Controls } from "./controls.tsx";
import { drawCurves, type Tile } from "./curves.ts";
import { checkOf, heightOf, hit, pictureOf, step, tile } from "./layout.ts";
import { drawMaps } from "./maps.ts";
import { extremes, profiles, shown, type Shown } from "./shown.ts";
import { about, scales, target, title } from "./words.ts";

export const nodes: Panel = {
  id: "nodes",
  title: "The nodes, one by one",
  place: "row",
  applies: (scene) => hiddenLayers(scene.network.peek()).length > 0,
  height: (width, scene) => heightOf(shown(scene, width).layout),
  draw(pen, size, scene, theme) {
    const of = shown(scene, size.width);
    const profile = profiles(scene, of);
    const range = extremes(profile, (index) => index < of.shown.length && !isOff(scene, of, index));
    const tiles = profile.values.map((values, index) => tileOf(scene, of, index, values, range, theme));
    if (of.rest.length && tiles.length === of.shown.length) {
      tiles.push(tileOf(scene, of, tiles.length, new Float64Array(0), range, theme));
    }
    pen.text(about(scene, of), 0, 2, { colour: theme.ink, size: 12, baseline: "top", most: size.width });
    pen.text(scales(scene, range), 0, 18, { colour: theme.faint, size: 11, baseline: "top", most: size.width });
    if (isPlane(scene)) drawMaps(pen, tiles, profile, theme);
    else drawCurves(pen, tiles, profile, scene, theme);
    tiles.forEach((one, index) => drawHead(pen, scene, of, one, index, theme));
    drawTicks(pen, of, tiles, theme);
  },
  table(scene) {
    const of = shown(scene);
    const { now, kept } = sharesOf(scene).value;
    const profile = profiles(scene, of);
    const all = of.last ? ["share now", "share in the kept network"] : [];
    return {
      columns: ["node", ...all, "switched", of.last ? "least contribution" : "least activation", "greatest"],
      rows: of.shown.map((node, index) => {
        const [low, high] = widened(profile.values[index], 0);
        const shares = of.last ? [now[node] ?? null, kept[node] ?? null] : [];
        return [node + 1, ...shares, isOff(scene, of, index) ? "off" : "on", low, high];
      }),
    };
  },
  describe(scene) {
    const of = shown(scene);
    const first = of.shown.slice(0, 5).map((_, index) => title(scene, of, index)[0]).join(", ");
    const lit = scene.view.node.value;
    return (
      `What each of ${of.shown.length} nodes of hidden layer ${of.layer + 1} ` +
      `${of.last ? `contributes to ${target(scene)}` : "puts out"}: ${first}` +
      `${of.shown.length > 5 ? " and so on" : ""}. ` +
      `${lit ? `Picked: node ${Number(lit.split(".")[1]) + 1}. ` : ""}` +
      "Arrow keys walk over the nodes, Enter or o switches one off and on, Escape lets go."
    );
  },
  pointer(event, size, scene) {
    const of = shown(scene, size.width);
    const { index, check } = hit(of.layout, event.x, event.y);
    const node = event.kind === "leave" ? undefined : of.shown[index];
    const key = node === undefined ? null : `${of.layer}.${node}`;
    scene.hover.value = key;
    if (event.kind !== "up") return false;
    if (key && check) toggleNode(scene, key);
    else if (key) pickNode(scene, key);
    else if (index >= of.shown.length) scene.view.allNodes.value = true;
    return false;
  },
  key(event, size, scene) {
    const of = shown(scene, size.width);
    const picked = scene.view.node.value;
    const at = picked?.startsWith(`${of.layer}.`) ? of.shown.indexOf(Number(picked.split(".")[1])) : -1;
    if (event.key === "Escape" && picked) {
      scene.view.node.value = null;
    } else if (/^(Arrow(Left|Right|Up|Down)|Home|End)$/.test(event.key)) {
      const next = at < 0 ? 0 : step(of.layout, at, event.key);
      scene.view.node.value = `${of.layer}.${of.shown[Math.min(next, of.shown.length - 1)]}`;
    } else if ((event.key === "Enter" || event.key === "o") && picked && at >= 0) {
      toggleNode(scene, picked);
    } else {
      return false;
    }
    return true;
  },
  cursor: (event: Pointer, size, scene) =>
    hit(shown(scene, size.width).layout, event.x, event.y).index >= 0 ? "pointer" : "default",
  controls: Controls,
};

function isOff(scene: Scene, of: Shown, index: number): boolean {
  return index < of.shown.length && scene.silent.value.has(`${of.layer}.${of.shown[index]}`);
}

function tileOf(scene: Scene, of: Shown, index: number, values: Float64Array, common: Range, theme: Theme): Tile {
  const node = of.shown[index];
  // The rest together may be far larger than any of those shown.
  const own = scene.view.ownScales.value || node === undefined || common[0] === common[1];
  const lit = node !== undefined && scene.lit.value === `${of.layer}.${node}`;
  const colour = of.last && node !== undefined ? nodeColour(scene.order.value.indexOf(node), theme) : theme.rest;
  return {
    box: pictureOf(tile(of.layout, index)),
    colour: lit && colour === theme.rest ? theme.ink : colour,
    on: !isOff(scene, of, index),
    lit,
    scale: widened(own ? values : common, 0.06),
  };
}

function drawHead(pen: Pen, scene: Scene, of: Shown, head: Tile, index: number, theme: Theme): void {
  const { box, on, lit, colour } = head;
  const whole = tile(of.layout, index);
  const ink = on ? theme.ink : theme.faint;
  const rest = index >= of.shown.length;
  const [words, shorter] = title(scene, of, index);
  const fits = !rest || pen.measure(words, 11) < whole.width;
  pen.text(fits ? words : shorter, whole.x + 1, whole.y + 9, { colour: ink, size: 11, bold: lit, baseline: "middle" });
  if (rest && of.last) {
    pen.text("on its own scale", whole.x + 5, whole.y + whole.height - 5, { colour: theme.faint, size: 10 });
  }
  // A map has no line to be in the node's colour: its edge is.
  const edge = { colour: lit || isPlane(scene) ? colour : theme.grid, width: lit ? 3 : isPlane(scene) ? 1.6 : 1 };
  const [left, right, top, bottom] = [box.x + 0.5, box.x + box.width - 0.5, box.y + 0.5, box.y + box.height - 0.5];
  pen.line([left, right, right, left, left], [top, top, bottom, bottom, top], edge);
}

/** The switches: one path for the squares, one for the ticks in those that are on. */
function drawTicks(pen: Pen, of: Shown, tiles: readonly Tile[], theme: Theme): void {
  const [squares, ticks]: [number[][], number[][]] = [[[], []], [[], []]];
  for (let index = 0; index < of.shown.length; index++) {
    const { x, y, width, height } = checkOf(tile(of.layout, index));
    squares[0].push(x, x + width, x + width, x, x, Number.NaN);
    squares[1].push(y, y, y + height, y + height, y, Number.NaN);
    if (!tiles[index].on) continue;
    ticks[0].push(x + 3, x + 5.5, x + width - 2.5, Number.NaN);
    ticks[1].push(y + 6.5, y + height - 3, y + 3, Number.NaN);
  }
  pen.line(squares[0], squares[1], { colour: theme.faint });
  pen.line(ticks[0], ticks[1], { colour: theme.ink, width: 1.6 });
}

