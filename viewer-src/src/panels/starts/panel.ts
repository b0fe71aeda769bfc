// Many starts: the bundle of their curves, how their losses fell, and where they ended; any of them can be shown.

import { nice } from "../../core/numbers.ts";
import type { Size } from "../../draw/frame.ts";
import { bundleOf } from "../../state/bundle.ts";
import type { Scene } from "../../state/scene.ts";
import { hoveredStart, showStart, shownStart, startsOf } from "../../state/starts.ts";
import type { Panel, Pointer } from "../panel.ts";
import { Controls } from "./controls.tsx";
import { bundleAxes, drawBundle, drawLosses, drawRanks, lossAxes, rankAxes } from "./draw.ts";
import { nearest } from "./lines.ts";
import { hasCurves, lossCurves } from "./losses.ts";
import { heightOf, places, within } from "./places.ts";

const REACH = 14; // CSS pixels

export const starts: Panel = {
  id: "starts",
  title: "Many starts",
  place: "row",
  applies: (scene) => startsOf(scene.doc).held > 1,
  height: (width, scene) => heightOf(width, hasCurves(scene.doc)),
  draw(pen, size, scene, theme) {
    const at = places(size.width, hasCurves(scene.doc));
    pen.text(about(scene), 0, 2, { colour: theme.ink, size: 12, baseline: "top", most: size.width });
    drawBundle(pen, at.curves, scene, theme);
    if (at.losses) drawLosses(pen, at.losses, scene, theme);
    drawRanks(pen, at.ranks, scene, theme);
  },
  table(scene) {
    const { order, losses, good, held, count, best } = startsOf(scene.doc);
    const reasons = scene.doc.fit?.starts.reasons ?? [];
    const within = held === count ? ["within 10 % of the best"] : [];
    return {
      columns: ["place", "start", "final loss", "how it ended", ...within],
      rows: order.map((start, place) => [
        place + 1,
        start + 1,
        Number.isFinite(losses[start]) ? losses[start] : null,
        `${(reasons[start] ?? "").replaceAll("_", " ")}${start === best ? ", kept" : ""}`,
        ...(within.length ? [good.has(start) ? "yes" : "no"] : []),
      ]),
    };
  },
  describe(scene) {
    const { order, losses, held } = startsOf(scene.doc);
    const ends = [losses[order[0]], losses[order[held - 1]]].map(nice);
    return (
      `Curves and losses of ${held} starts, whose final losses go from ${ends[0]} to ${ends[1]}. ${about(scene)} ` +
      "Left and right arrows walk over the starts by rising loss, Home or Escape goes back to the kept one."
    );
  },
  pointer(event, size, scene) {
    const start = event.kind === "leave" ? null : startUnder(event, size, scene);
    hoveredStart(scene).value = start;
    if (event.kind === "up" && start !== null) showStart(scene, start);
    return false;
  },
  key(event, _size, scene) {
    const { order, rank, best } = startsOf(scene.doc);
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (by) {
      const place = rank[shownStart(scene)] + by;
      if (place >= 0 && place < order.length) showStart(scene, order[place]);
    } else if (event.key === "Home" || event.key === "Escape") {
      showStart(scene, best);
    } else if (event.key === "End") {
      showStart(scene, order[order.length - 1]);
    } else {
      return false;
    }
    return true;
  },
  cursor: (event, size, scene) => (startUnder(event, size, scene) === null ? "default" : "pointer"),
  controls: Controls,
};

/** What a start is that a pointer is over or that is shown; else of all of them. */
export function about(scene: Scene): string {
  const { losses, rank, held, count, good, best, diverged } = startsOf(scene.doc);
  const hovered = hoveredStart(scene).value;
  const start = hovered ?? shownStart(scene);
  if (hovered !== null || start !== best) {
    const kept = start === best ? ", the kept one" : "";
    const ended = diverged.has(start) ? ", diverged" : "";
    return `Start ${start + 1}${kept}: place ${rank[start] + 1} of ${held}, final loss ${nice(losses[start])}${ended}`;
  }
  const parts = [`${count} starts${held < count ? `, ${held} of them here` : ""}`];
  if (held === count) parts.push(`${good.size} within 10 % of the best`);
  if (diverged.size) parts.push(`${diverged.size} diverged`);
  const drawn = bundleOf(scene).value?.starts.length ?? held;
  if (drawn < held) parts.push(`${drawn} are drawn, evenly chosen by their loss`);
  return parts.join("; ");
}

function startUnder(event: Pointer, size: Size, scene: Scene): number | null {
  const at = places(size.width, hasCurves(scene.doc));
  if (within(at.curves, event.x, event.y)) {
    const bundle = bundleOf(scene).value;
    const lines = bundle?.starts.map((start, i) => ({ start, values: bundle.curves[i] })) ?? [];
    return nearest(bundleAxes(at.curves, scene), bundle?.x ?? [], lines, event, REACH);
  }
  const curves = lossCurves(scene.doc);
  if (at.losses && curves && within(at.losses, event.x, event.y)) {
    return nearest(lossAxes(at.losses, curves), curves.steps, curves.lines, event, REACH);
  }
  if (!within(at.ranks, event.x, event.y)) return null;
  return startsOf(scene.doc).order[Math.round(rankAxes(at.ranks, scene).fromX(event.x)) - 1] ?? null;
}
