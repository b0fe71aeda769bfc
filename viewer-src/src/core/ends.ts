// Where the outputs go outside the data, exactly: constants, lines, waves.
import { find } from "./activations.ts";
import { formOf } from "./forms.ts";
import type { Dense, Network } from "./network.ts";

/** The wave amplitude·cos(frequency·s + phase), s the feature's own value. */
export interface EndWave {
  readonly amplitude: number;
  readonly frequency: number;
  readonly phase: number;
}

/** Per output: slope·s + intercept + waves, which the output tends to. */
export interface End {
  readonly slope: number[];
  readonly intercept: number[];
  readonly waves: EndWave[][];
}

export interface Ends {
  readonly left: End | null;
  readonly right: End | null;
}

/**
 * Returns what the outputs tend to where one feature runs to -∞ and to +∞, the others staying at `base`.
 *
 * An end is null where the form of some output is not closed. Of a classifier take the logits: a softmax has no form.
 */
export function ends(folded: Network, feature = 0, base: readonly number[] = []): Ends {
  return { left: end(folded, feature, base, -1), right: end(folded, feature, base, 1) };
}

/** Returns the value of an output's end at s. */
export function valueAt(end: End, output: number, s: number): number {
  let value = end.slope[output] * s + end.intercept[output];
  for (const wave of end.waves[output]) value += wave.amplitude * Math.cos(wave.frequency * s + wave.phase);
  return value;
}

function end(folded: Network, feature: number, base: readonly number[], side: 1 | -1): End | null {
  const layers = folded.layers as readonly Dense[];
  if (layers.some((layer) => find(layer.activation).joint)) return null;
  const direction = Array.from({ length: folded.inputs }, (_, i) => (i === feature ? 1 : 0));
  const origin = direction.map((along, i) => (along ? 0 : (base[i] ?? 0)));
  const form = formOf(layers, origin, direction, side);
  if (form.low.some((value) => value !== 0) || form.high.some((value) => value !== 0)) return null;
  const waves = form.slope.map((_, o) =>
    form.waves
      .map(({ frequency, re, im }) => wave(frequency, re[o], im[o]))
      .filter(({ amplitude }) => amplitude > 0));
  return { slope: form.slope, intercept: form.intercept, waves };
}

function wave(frequency: number, re: number, im: number): EndWave {
  return { amplitude: Math.hypot(re, im), frequency, phase: Math.atan2(im, re) };
}
