// What is done to the sum behind the bias: the output's activation, and a scaling behind that.

import { outputLayer } from "../../core/contributions.ts";
import { nice } from "../../core/numbers.ts";
import type { Dense, Network, Trace } from "../../core/network.ts";

export interface Line {
  label: string;
  value: number;
}

/** The lines below the sum at one point: none where the sum is the output. */
export function behind(network: Network, trace: Trace, output: number): Line[] {
  const at = outputLayer(network);
  const layer = network.layers[at] as Dense;
  const lines: Line[] = [];
  if (layer.activation !== "identity") {
    const pre = trace.layers[at].pre.map((column) => column[0]);
    lines.push({ label: label(layer.activation, pre, output), value: trace.layers[at].value[output][0] });
  }
  if (at < network.layers.length - 1) {
    const scale = network.layers[at + 1] as Dense;
    const factor = nice(scale.weight[output * scale.inputs + output]);
    const words = `× ${factor} + ${nice(scale.bias[output])}, in the user's units`;
    lines.push({ label: words, value: trace.output[output][0] });
  }
  return lines;
}

function label(activation: string, pre: readonly number[], output: number): string {
  if (activation !== "softmax") return `${activation} of the sum`;
  const others = pre.filter((_, i) => i !== output).map(nice);
  const known = others.length > 4 ? [...others.slice(0, 4), `${others.length - 4} more`] : others;
  return `softmax beside the other sums, ${known.join(", ")}`;
}
