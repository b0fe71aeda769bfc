// A small picture of the samples that would be trained on.

import { classColour } from "../draw/theme.ts";
import { widened } from "../draw/ticks.ts";
import type { Samples } from "./api.ts";

const WIDTH = 300;
const HEIGHT = 110;
const PAD = 6;

export function Sketch({ samples }: { samples: Samples | null }) {
  if (!samples?.inputs.length) return <div class="nw-sketch nw-sketch-data" />;
  const { inputs, targets, codes } = samples;
  const pairs = codes || inputs[0].length > 1;
  const xs = inputs.map((row) => row[0]);
  const ys = pairs ? inputs.map((row) => row[1] ?? 0) : inputs.map((_, i) => targets?.[i]?.[0] ?? 0);
  const shades = codes ? codes.map(classColour) : pairs && targets ? byValue(targets.map((row) => row[0])) : null;
  const [left, right] = widened(xs, 0);
  const [low, high] = widened(ys, 0);
  const x = (value: number) => PAD + ((value - left) / (right - left)) * (WIDTH - 2 * PAD);
  const y = (value: number) => PAD + ((high - value) / (high - low)) * (HEIGHT - 2 * PAD);
  return (
    <svg
      class="nw-sketch nw-sketch-data"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={`Picture of ${inputs.length} samples`}
    >
      {xs.map((value, i) => (
        <circle class={shades ? "" : "nw-sketch-dot"} fill={shades?.[i]} cx={x(value)} cy={y(ys[i])} r="2.6" />
      ))}
    </svg>
  );
}

/** Shades from blue, low, to orange, high. */
function byValue(values: readonly number[]): string[] {
  const [low, high] = widened(values, 0);
  return values.map((value) => {
    const share = (value - low) / (high - low);
    const mix = (from: number, to: number) => Math.round(from + share * (to - from));
    return `rgb(${mix(0, 230)} ${mix(114, 159)} ${mix(178, 0)})`;
  });
}
