// Finds knots and regions of the documents that tests/viewer/test_exact.py wrote into a folder, and prints them.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "../src/core/document.ts";
import { fold, logits } from "../src/core/fold.ts";
import { knots } from "../src/core/knots.ts";
import { areaOf, decided, middle, mosaic } from "../src/core/mosaic.ts";
import { fromDocument } from "../src/core/network.ts";
import { straightLayers } from "../src/core/straight.ts";

interface Case {
  blob: string;
  box: [number, number][];
  level: number | null;
}

const MOST = 5000;

function answer(folder: string, { blob, box, level }: Case) {
  const network = fromDocument(parse(readFileSync(join(folder, blob))));
  const layers = straightLayers(fold(network), fold(logits(network)));
  if (!layers) return null;
  if (box.length === 1) return { knots: knots(layers, 0, [0], box[0], new Set(), MOST) };
  const half = box.map(([low, high]) => (high - low) / 2);
  const origin = box.map(([low, high]) => (low + high) / 2);
  const found = mosaic(layers, origin, [half[0], 0], [0, half[1]], new Set(), MOST);
  if (!found) return null;
  const won = decided(found.regions, level);
  return {
    regions: found.regions.map(({ polygon, maps }) => ({
      area: areaOf(polygon), centre: middle(polygon), polygon: [...polygon], maps: [...maps],
    })),
    folds: [...found.folds],
    parts: won.parts.map(({ polygon, region, winner }) => ({ area: areaOf(polygon), region, winner })),
    boundary: won.boundary,
  };
}

const folder = process.argv[2];
const task = JSON.parse(readFileSync(join(folder, "task.json"), "utf8")) as Case[];
process.stdout.write(JSON.stringify(task.map((one) => answer(folder, one))));
