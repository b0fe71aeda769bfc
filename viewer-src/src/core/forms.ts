// What every node becomes at the far end of a straight line through the inputs: nodewise.inspection.extrapolation.ends.
//
// On the line x(s) = origin + s·direction a node's value tends, for s → ±∞, to slope·s + intercept + waves + a rest
// that stays between two bounds. Where the rest is 0 the form is closed.
import { find, type Activation, type Line } from "./activations.ts";
import type { Dense } from "./network.ts";

/** Of each node; a wave is re·cos(frequency·s) - im·sin(frequency·s). */
export interface Form {
  readonly slope: number[];
  readonly intercept: number[];
  /** Sum of the magnitudes that went into the slope; a slope of rounding's size of it is 0. */
  readonly size: number[];
  readonly waves: readonly Phasors[];
  /** Bounds of the rest, both 0 where the form is closed. */
  readonly low: number[];
  readonly high: number[];
}

export interface Phasors {
  readonly frequency: number;
  readonly re: number[];
  readonly im: number[];
}

const SAME = 1e-12; // frequencies this close, relatively, are one

/** Returns the form of the outputs for s → side·∞. */
export function formOf(
  layers: readonly Dense[], origin: readonly number[], direction: readonly number[], side: 1 | -1,
): Form {
  const zero = origin.map(() => 0);
  let form: Form = {
    slope: [...direction], intercept: [...origin], size: direction.map(Math.abs), waves: [], low: zero, high: zero,
  };
  for (const layer of layers) form = activated(find(layer.activation), preActivation(layer, form), side);
  return form;
}

/** Weight·form + bias, slopes and waves that cancel to rounding set to 0. */
function preActivation(layer: Dense, form: Form): Form {
  const rounding = 4 * Number.EPSILON * (layer.inputs + 4);
  const rows = Array.from({ length: layer.outputs }, (_, j) =>
    layer.weight.subarray(j * layer.inputs, (j + 1) * layer.inputs));
  const times = (values: number[]): number[] => rows.map((row) => sum(row, (weight, i) => weight * values[i]));
  const size = rows.map((row) => sum(row, (weight, i) => Math.abs(weight) * form.size[i]));
  const slope = times(form.slope).map((value, j) => (Math.abs(value) > rounding * size[j] ? value : 0));
  const bound = (up: number[], down: number[]): number[] =>
    rows.map((row) => sum(row, (weight, i) => weight * (weight > 0 ? up : down)[i]));
  return {
    slope,
    intercept: times(form.intercept).map((value, j) => value + layer.bias[j]),
    size,
    waves: form.waves.map((wave) => weighed(wave, rows, times, rounding)).filter(moves),
    low: bound(form.low, form.high),
    high: bound(form.high, form.low),
  };
}

function weighed(
  wave: Phasors, rows: Float64Array[], times: (values: number[]) => number[], rounding: number,
): Phasors {
  const [re, im] = [times(wave.re), times(wave.im)];
  const alive = rows.map((row, j) => {
    const parts = sum(row, (weight, i) => Math.abs(weight) * Math.hypot(wave.re[i], wave.im[i]));
    return Math.hypot(re[j], im[j]) > rounding * parts;
  });
  const kept = (values: number[]): number[] => values.map((value, j) => (alive[j] ? value : 0));
  return { frequency: wave.frequency, re: kept(re), im: kept(im) };
}

function moves(wave: Phasors): boolean {
  return wave.re.some((value, j) => value !== 0 || wave.im[j] !== 0);
}

/** The line that φ is or waves around for one node, and the bounds of the rest beside it. */
interface Tendency {
  readonly line: Line;
  readonly low: number;
  readonly high: number;
}

function activated(row: Activation, z: Form, side: number): Form {
  const swing = z.slope.map((_, j) => sum(z.waves, (wave) => Math.hypot(wave.re[j], wave.im[j])));
  const found = z.slope.map((_, j) => tendency(row, z, j, swing[j], side));
  const stretch = found.map(({ line }) => line.slope);
  const stretched = z.waves.map(({ frequency, re, im }) =>
    ({ frequency, re: product(re, stretch), im: product(im, stretch) }));
  return {
    slope: product(z.slope, stretch),
    intercept: z.intercept.map((value, j) => value * stretch[j] + found[j].line.intercept),
    size: z.size.map((value, j) => value * Math.abs(stretch[j])),
    waves: row.wave ? merged([...stretched, ...ownWaves(row, z, swing)]) : stretched,
    low: found.map(({ low }) => low),
    high: found.map(({ high }) => high),
  };
}

function tendency(row: Activation, z: Form, j: number, swing: number, side: number): Tendency {
  const [restLow, restHigh] = [z.low[j], z.high[j]];
  const runs = z.slope[j] !== 0;
  const moving = swing > 0 || restLow !== 0 || restHigh !== 0;
  if (!runs && !moving) return { line: { slope: 0, intercept: row.value(z.intercept[j]) }, low: 0, high: 0 };
  if (runs && !row.right) return between(row.low, row.high);
  if (runs && row.wave && row.right && !moving) return { line: row.right, low: 0, high: 0 };
  const line = z.slope[j] * side > 0 || row.straight?.corners.length === 0 ? row.right : row.left;
  if (line && (runs || row.straight?.corners.length === 0)) {
    const own = row.wave ? row.wave.amplitude : 0;
    const [low, high] = sorted(line.slope * restLow, line.slope * restHigh);
    return { line, low: low - own, high: high + own };
  }
  return ofInterval(row, z.intercept[j] - swing + restLow, z.intercept[j] + swing + restHigh, restLow, restHigh);
}

/** What φ makes of a pre-activation that keeps moving between low and high. */
function ofInterval(row: Activation, low: number, high: number, restLow: number, restHigh: number): Tendency {
  const middle = (low + high) / 2;
  const value = row.value(middle);
  if (row.straight && !cornerBetween(row, low, high)) {
    const slope = row.straight.slope(middle);
    const [restFrom, restTo] = sorted(slope * restLow, slope * restHigh);
    return { line: { slope, intercept: value - slope * middle }, low: restFrom, high: restTo };
  }
  const reach = (row.lipschitz * (high - low)) / 2;
  return between(Math.max(row.low, value - reach), Math.min(row.high, value + reach));
}

function between(low: number, high: number): Tendency {
  const middle = (low + high) / 2;
  return { line: { slope: 0, intercept: middle }, low: low - middle, high: high - middle };
}

function cornerBetween(row: Activation, low: number, high: number): boolean {
  const { period } = row;
  return (row.straight?.corners ?? []).some((corner) => {
    const next = period === null ? corner : corner + period * Math.ceil((low - corner) / period);
    return next >= low && next <= high;
  });
}

/** The pure waves that φ makes of the pre-activations that are lines. */
function ownWaves(row: Activation, z: Form, swing: number[]): Phasors[] {
  const { amplitude, frequency, phase } = row.wave!;
  const nodes = z.slope.flatMap((slope, j) => (slope && !swing[j] && !z.low[j] && !z.high[j] ? [j] : []));
  return nodes.map((j) => {
    const angle = frequency * z.intercept[j] + phase;
    const turning = frequency * z.slope[j];
    const [re, im] = [z.slope.map(() => 0), z.slope.map(() => 0)];
    re[j] = amplitude * Math.cos(angle);
    im[j] = Math.sign(turning) * amplitude * Math.sin(angle);
    return { frequency: Math.abs(turning), re, im };
  });
}

/** Adds up the waves of equal frequency. */
function merged(waves: Phasors[]): Phasors[] {
  const result: Phasors[] = [];
  let last = -Infinity;
  for (const wave of waves.sort((one, other) => one.frequency - other.frequency)) {
    if (wave.frequency - last > SAME * wave.frequency) {
      result.push({ ...wave, re: [...wave.re], im: [...wave.im] });
    } else {
      const { re, im } = result[result.length - 1];
      wave.re.forEach((value, j) => (re[j] += value));
      wave.im.forEach((value, j) => (im[j] += value));
    }
    last = wave.frequency;
  }
  return result;
}

function sum<T>(values: { readonly length: number; [i: number]: T }, term: (value: T, i: number) => number): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += term(values[i], i);
  return total;
}

function product(values: number[], factors: number[]): number[] {
  return values.map((value, i) => value * factors[i]);
}

function sorted(one: number, other: number): [number, number] {
  return one <= other ? [one, other] : [other, one];
}
