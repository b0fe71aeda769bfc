// Points on a plane, put there by hand: a curve to be learned, or two classes.

export interface Point {
  x: number;
  y: number;
  /** Which class, 0 or 1; of a curve 0. */
  code: number;
}

export type Points = readonly Point[];

/** Names of the two classes, in the order of their colours. */
export const CLASSES = ["blue", "orange"] as const;
const BASE = 5;

/** Range of both axes: −5 to 5, or as wide as the points need. */
export function planeRange(points: Points, axis: "x" | "y"): [number, number] {
  let low = -BASE;
  let high = BASE;
  for (const point of points) {
    low = Math.min(low, point[axis]);
    high = Math.max(high, point[axis]);
  }
  return [low, high];
}

/** A number with the digits that a hand on a screen can mean. */
export function rounded(value: number, [low, high]: readonly [number, number]): number {
  const step = 10 ** Math.floor(Math.log10((high - low) / 500));
  return Number((Math.round(value / step) * step).toPrecision(12));
}

export function added(points: Points, point: Point): Points {
  return [...points, point];
}

export function moved(points: Points, index: number, x: number, y: number): Points {
  return points.map((point, i) => (i === index ? { ...point, x, y } : point));
}

export function removed(points: Points, index: number): Points {
  return points.filter((_, i) => i !== index);
}

/** The points as a body has them: of a curve numbers to numbers, of classes two features to names. */
export function toSource(points: Points, classes: boolean) {
  return classes
    ? { inputs: points.map(({ x, y }) => [x, y]), labels: points.map(({ code }) => CLASSES[code]) }
    : { inputs: points.map(({ x }) => [x]), targets: points.map(({ y }) => [y]) };
}

/** The points of a body, if they are such as can be drawn here. */
export function fromSource(source: { inputs: readonly (readonly number[])[]; targets?: readonly (readonly number[])[];
  labels?: readonly string[] }): { points: Points; classes: boolean } {
  const { inputs, targets, labels } = source;
  if (!labels) return { points: inputs.map(([x], i) => ({ x, y: targets?.[i]?.[0] ?? 0, code: 0 })), classes: false };
  const points = inputs.map(([x, y], i) => ({ x, y: y ?? 0, code: Math.max(0, CLASSES.indexOf(labels[i] as "blue")) }));
  return { points, classes: true };
}
