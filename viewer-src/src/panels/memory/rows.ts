// The lines of the picture: the bias, the nodes by falling vote, those left over together, and the sum.

import { once } from "../../state/once.ts";
import { rememberedOf, type Remembered } from "../../state/memories.ts";
import type { Scene } from "../../state/scene.ts";

const MOST = 12; // nodes with a line of their own

export interface Line {
  name: string;
  /** The node, or null where it is none or several. */
  node: number | null;
  vote: number;
  /** Where its bar begins and ends: each begins where the one above it ends, the sum at 0. */
  from: number;
  to: number;
}

/** The nodes by falling size of their vote, then of their activation. */
export function byVote({ votes, activation }: Remembered): number[] {
  const size = (values: Float64Array, node: number) => Math.abs(values[node]);
  return Array.from(votes, (_, node) => node).sort(
    (a, b) => size(votes, b) - size(votes, a) || size(activation, b) - size(activation, a) || a - b,
  );
}

/** The lines of `found`; a picked node has always one of its own. */
export function lines(found: Remembered, picked: number | null, most = MOST): Line[] {
  const order = byVote(found);
  const many = order.length > most;
  const shown = many ? order.slice(0, most - 1) : order;
  if (picked !== null && order.includes(picked) && !shown.includes(picked)) shown[shown.length - 1] = picked;
  const rest = order.filter((node) => !shown.includes(node));
  const all: Line[] = [{ name: "bias", node: null, vote: found.bias, from: 0, to: found.bias }];
  const add = (name: string, node: number | null, vote: number) => {
    const from = all[all.length - 1].to;
    all.push({ name, node, vote, from, to: from + vote });
  };
  for (const node of shown) add(`node ${node + 1}`, node, found.votes[node]);
  if (rest.length) add(`${rest.length} more`, null, rest.reduce((sum, node) => sum + found.votes[node], 0));
  all.push({ name: "sum", node: null, vote: found.sum, from: 0, to: found.sum });
  return all;
}

const KNOWN = once((_: Scene): { found: Remembered | null; picked: number | null; value: Line[] } => ({
  found: null, picked: null, value: [],
}));

/** The lines of a scene, made once for what is asked about. */
export function linesOf(scene: Scene): Line[] {
  const known = KNOWN(scene);
  const found = rememberedOf(scene).value;
  const picked = pickedOf(scene);
  if (known.found !== found || known.picked !== picked) {
    Object.assign(known, { found, picked, value: lines(found, picked) });
  }
  return known.value;
}

function pickedOf(scene: Scene): number | null {
  const key = scene.view.node.value;
  if (key === null) return null;
  const node = Number(key.split(".")[1]);
  return rememberedOf(scene).value.key(node) === key ? node : null;
}
