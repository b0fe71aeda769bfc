// What it remembers: for one input, what each node compares it with, whether it fires, and how it votes.

import { nice } from "../../core/numbers.ts";
import type { Size } from "../../draw/frame.ts";
import { askNext } from "../../state/asked.ts";
import { rememberedOf } from "../../state/memories.ts";
import { pickNode } from "../../state/pick.ts";
import { hiddenLayers, type Scene } from "../../state/scene.ts";
import { grips } from "../hand.ts";
import type { Cell, Panel, Pointer } from "../panel.ts";
import { Controls } from "./controls.tsx";
import { drawMemories } from "./draw.ts";
import { heightOf, layoutOf, lineAt } from "./layout.ts";
import { byVote, linesOf } from "./rows.ts";
import { Samples } from "./samples.tsx";
import { answer, firing, place, subject, target } from "./words.ts";

const GRIPS = grips<null>();
const COLUMNS = [
  "node", "length of its row", "× length of the input", "× cosine", "= dot product", "threshold", "pre-activation",
  "activation", "fires",
];

export const memory: Panel = {
  id: "memory",
  title: "What it remembers",
  place: "row",
  applies: (scene) => hiddenLayers(scene.network.peek()).length > 0,
  height: (width, scene) => heightOf(width, linesOf(scene).length),
  draw: drawMemories,
  table(scene) {
    const found = rememberedOf(scene).value;
    const rows = byVote(found).map((node): Cell[] => [
      `node ${node + 1}`, found.rowLength[node], found.inputLength, found.cosine[node], found.dot[node],
      found.threshold[node], found.pre[node], found.activation[node], found.fires[node] ? "yes" : "no",
      found.votes[node],
    ]);
    const whole = (name: string, value: number): Cell[] => [name, ...COLUMNS.slice(1).map(() => null), value];
    const last = [whole("bias", found.bias), whole(`sum: ${target(scene)}`, found.sum)];
    return { columns: [...COLUMNS, "vote"], rows: [...rows, ...last] };
  },
  describe(scene) {
    const found = rememberedOf(scene).value;
    const [first] = byVote(found);
    return (
      `What the nodes make of ${subject(scene)}, ${place(scene)}; ${answer(scene)}. ${firing(scene)}. Node ` +
      `${first + 1} votes most (${nice(found.votes[first])}); votes and bias add up to ${target(scene)} = ` +
      `${nice(found.sum)}. Left and right arrows ask about another sample, up and down walk over the nodes.`
    );
  },
  pointer(event, size, scene) {
    const key = keyAt(event, size, scene);
    scene.hover.value = event.kind === "leave" ? null : key;
    if (event.kind === "down") GRIPS.press(scene, event, null);
    GRIPS.held(scene, event);
    if (event.kind === "up" && GRIPS.release(scene)?.moved === false && key !== null) pickNode(scene, key);
    return false;
  },
  key(event, _size, scene) {
    const across = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    const down = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (across) askNext(scene, across);
    else if (down) walk(scene, down);
    else if (event.key === "Escape") scene.view.node.value = null;
    return across !== 0 || down !== 0;
  },
  cursor: (event, size, scene) => (keyAt(event, size, scene) === null ? "default" : "pointer"),
  controls: Controls,
  below: Samples,
};

/** "layer.node" of the line at a pointer; null where that is of no node. */
function keyAt({ y }: Pointer, { width }: Size, scene: Scene): string | null {
  const lines = linesOf(scene);
  const node = lines[lineAt(layoutOf(width, lines.length), y)]?.node ?? null;
  return node === null ? null : rememberedOf(scene).value.key(node);
}

/** Pick the node of the next line down or up. */
function walk(scene: Scene, by: number): void {
  const { key } = rememberedOf(scene).value;
  const keys = linesOf(scene).flatMap(({ node }) => (node === null ? [] : [key(node)]));
  const at = keys.indexOf(scene.view.node.value ?? "");
  const next = at < 0 && by < 0 ? keys.length - 1 : Math.max(0, at + by);
  scene.view.node.value = keys[Math.min(keys.length - 1, next)];
}
