// The network drawn from its weights, at four levels of detail; weights can be changed in it.

import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Dense } from "../../core/network.ts";
import { nice } from "../../core/numbers.ts";
import { counted, roman } from "../../core/words.ts";
import { weightOf } from "../../state/edits.ts";
import type { Scene } from "../../state/scene.ts";
import type { Cell, Panel } from "../panel.ts";
import { draw } from "./draw.ts";
import { Picked, spoken } from "./field.tsx";
import { cursor, key, pointer } from "./gestures.ts";
import { LEVELS } from "./graph.ts";
import { ABOUT, heightOf } from "./levels.ts";
import { liveOf } from "./live.ts";
import { choiceOf, graphOf, subjectOf } from "./subject.ts";

export const diagram: Panel = {
  id: "diagram",
  title: "The network",
  place: "row",
  applies: () => true,
  height: (width, scene) => heightOf(subjectOf(scene), choiceOf(scene, width).level),
  draw: (pen, size, scene, theme) => draw(pen, graphOf(scene, size), liveOf(scene), theme),
  table(scene) {
    const edits = scene.view.edits.value;
    const trained = scene.trained.value;
    const rows = (scene.network.value.layers as Dense[]).flatMap((layer, at) =>
      Array.from({ length: layer.outputs }, (_, node) => node).flatMap((node) =>
        ["b", ...Array.from({ length: layer.inputs }, (_, i) => i)].map((from): Cell[] => {
          const name = `${at}.${node}.${from}`;
          const value = from === "b" ? layer.bias[node] : layer.weight[node * layer.inputs + Number(from)];
          const given = at === 0 ? scene.doc.network.feature_names[Number(from)] : String(Number(from) + 1);
          const before = name in edits ? (weightOf(trained, name) ?? null) : null;
          return [roman(at + 2), node + 1, from === "b" ? "1 (bias)" : given, value, before];
        }),
      ),
    );
    return { columns: ["layer", "node", "from", "weight", "trained to, where changed"], rows };
  },
  describe(scene) {
    const { sizes } = subjectOf(scene);
    const picked = scene.view.weight.value;
    const value = picked === null ? undefined : weightOf(scene.network.value, picked);
    return (
      `The network ${scene.doc.network.text}: ` +
      `${sizes.map((size, i) => `layer ${roman(i + 1)} of ${size}`).join(", ")}. ` +
      (picked !== null && value !== undefined ? `${spoken(scene, picked)}: ${nice(value)}. ` : "") +
      "Arrow keys pick a weight, plus and minus change it, Escape puts it back, o switches the node off."
    );
  },
  pointer,
  cursor,
  key,
  controls: Levels,
  below: Picked,
};

/** The level, and what is drawn at it. */
function Levels({ scene }: { scene: Scene }) {
  const width = useSignal(Number.POSITIVE_INFINITY);
  const holder = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = holder.current;
    if (!element) return;
    const watcher = new ResizeObserver(() => (width.value = Math.floor(element.clientWidth)));
    watcher.observe(element);
    return () => watcher.disconnect();
  }, []);
  const { level, why } = choiceOf(scene, width.value);
  const { sizes } = subjectOf(scene);
  const info = scene.doc.network;
  return (
    <div class="nw-levels" ref={holder}>
      <label>
        Detail{" "}
        <select
          value={scene.view.level.value}
          onChange={(event) => (scene.view.level.value = event.currentTarget.value)}
        >
          {LEVELS.map((name) => (
            <option value={name}>{ABOUT[name].name}</option>
          ))}
        </select>
      </label>
      <span class="nw-faint">
        {info.text}, {counted(info.parameters, "parameter")}. {why} {ABOUT[level].about}{" "}
        {level === "short" && sizes.some((size) => size > 10) && "Of wide layers some nodes are left out. "}
        Weights are in your units, scaling multiplied into them;{" "}
        <b class="nw-positive">positive</b> and <b class="nw-negative">negative</b>, the wider the larger
        {sizes[0] > 1 && " (of a feature: over its range)"}.
      </span>
    </div>
  );
}

