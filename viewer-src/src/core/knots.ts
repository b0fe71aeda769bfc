// The exact knots of a network of straight lines along one feature, of any depth, as nodewise.pieces finds them.
import { find } from "./activations.ts";
import { nodeKey, type Dense } from "./network.ts";
import { cornersWithin } from "./straight.ts";

export interface Knot {
  place: number;
  /** Per output: just left and just right of it. */
  left: number[];
  right: number[];
  /** Slopes, per output, of the pieces it lies between. */
  before: number[];
  after: number[];
  /** The nodes that switch there, "layer.node". */
  nodes: string[];
}

/** A piece of the line: what the nodes of a layer are in its middle, and their slopes. */
interface Piece {
  low: number;
  high: number;
  value: Float64Array;
  slope: Float64Array;
  /** The nodes that switch where it begins. */
  nodes: string[];
}

const NEAR = 1e-12; // of the size of places: closer ones are one
const FLAT = 1e-9; // of the largest slope: a smaller change is rounding

/**
 * Returns where an output bends or jumps strictly inside a range, in rising order; null if that would take more than
 * `most` pieces.
 *
 * @param layers Straight ones, a chain.
 * @param base Values of all features.
 * @param silent Nodes that are switched off ("layer.node").
 */
export function knots(
  layers: readonly Dense[], feature: number, base: ArrayLike<number>, range: readonly [number, number],
  silent: ReadonlySet<string>, most: number,
): Knot[] | null {
  const [low, high] = range;
  const value = Float64Array.from(base);
  const slope = new Float64Array(value.length);
  value[feature] = (low + high) / 2;
  slope[feature] = 1;
  let pieces: Piece[] = [{ low, high, value, slope, nodes: [] }];
  for (const [index, layer] of layers.entries()) {
    const next: Piece[] = [];
    for (const piece of pieces) {
      const parts = through(layer, index, piece, silent, most);
      if (!parts || next.push(...parts) > most) return null;
    }
    pieces = next;
  }
  return bending(pieces);
}

/** A piece behind a layer, cut where its nodes meet corners. */
function through(
  layer: Dense, index: number, piece: Piece, silent: ReadonlySet<string>, most: number,
): Piece[] | null {
  const { inputs, outputs, weight, activation } = layer;
  const middle = (piece.low + piece.high) / 2;
  const half = (piece.high - piece.low) / 2;
  const pre = Float64Array.from(layer.bias);
  const slope = new Float64Array(outputs);
  const cuts: { at: number; node: string }[] = [];
  for (let j = 0; j < outputs; j++) {
    for (let i = 0; i < inputs; i++) {
      pre[j] += weight[j * inputs + i] * piece.value[i];
      slope[j] += weight[j * inputs + i] * piece.slope[i];
    }
    const node = nodeKey(index, j);
    const reach = Math.abs(slope[j]) * half;
    if (reach === 0 || silent.has(node)) continue;
    const corners = cornersWithin(activation, pre[j] - reach, pre[j] + reach, most);
    if (!corners) return null;
    for (const corner of corners) cuts.push({ at: middle + (corner - pre[j]) / slope[j], node });
  }
  const phi = find(activation);
  return split(piece, cuts).map(({ low, high, nodes }) => {
    const by = (low + high) / 2 - middle;
    const part: Piece = { low, high, nodes, value: new Float64Array(outputs), slope: new Float64Array(outputs) };
    for (let j = 0; j < outputs; j++) {
      if (silent.has(nodeKey(index, j))) continue;
      const z = pre[j] + slope[j] * by;
      part.value[j] = phi.value(z);
      part.slope[j] = (phi.straight?.slope(z) ?? 0) * slope[j];
    }
    return part;
  });
}

function split(piece: Piece, cuts: { at: number; node: string }[]): Pick<Piece, "low" | "high" | "nodes">[] {
  cuts.sort((a, b) => a.at - b.at);
  const parts = [{ low: piece.low, high: piece.high, nodes: [...piece.nodes] }];
  const near = NEAR * (Math.abs(piece.low) + Math.abs(piece.high));
  for (const { at, node } of cuts) {
    const last = parts[parts.length - 1];
    if (at - last.low <= near) {
      last.nodes.push(node);
    } else if (piece.high - at > near) {
      last.high = at;
      parts.push({ low: at, high: piece.high, nodes: [node] });
    }
  }
  return parts;
}

function bending(pieces: readonly Piece[]): Knot[] {
  const steepest = pieces.reduce((most, { slope }) => Math.max(most, ...slope.map(Math.abs)), 0);
  const largest = pieces.reduce((most, piece) => Math.max(most, ...piece.value.map(Math.abs)), steepest * NEAR);
  const at = ({ value, slope, low, high }: Piece, place: number) =>
    Array.from(value, (one, o) => one + slope[o] * (place - (low + high) / 2));
  const found: Knot[] = [];
  for (let i = 1; i < pieces.length; i++) {
    const [one, other] = [pieces[i - 1], pieces[i]];
    const place = other.low;
    const [left, right] = [at(one, place), at(other, place)];
    const turns = one.slope.some((value, o) => Math.abs(value - other.slope[o]) > FLAT * steepest);
    if (!turns && !left.some((value, o) => Math.abs(value - right[o]) > FLAT * largest)) continue;
    found.push({ place, left, right, before: [...one.slope], after: [...other.slope], nodes: other.nodes });
  }
  return found;
}
