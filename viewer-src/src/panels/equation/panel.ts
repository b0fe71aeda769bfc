// The network's equation with the numbers of this moment.

import { outputOf } from "../../state/scene.ts";
import type { Cell, Panel } from "../panel.ts";
import { Body, TEXTS } from "./body.tsx";
import { MOST, systemOf } from "./subject.ts";
import { text, textSymbol } from "./text.ts";

export const equation: Panel = {
  id: "equation",
  title: "The equation",
  place: "row",
  applies: () => true,
  table(scene) {
    const { lines } = systemOf(scene, outputOf(scene));
    const rows = text(systemOf(scene, outputOf(scene)), true).split("\n").slice(0, lines.length);
    return {
      columns: ["value", "equation"],
      rows: rows.map((row, i): Cell[] => [textSymbol(lines[i].left), row]),
    };
  },
  describe(scene) {
    const { parameters } = scene.doc.network;
    return parameters > MOST ? `The equation of a network of ${parameters} parameters.` : TEXTS.txt.write(scene);
  },
  body: Body,
  texts: TEXTS,
};
