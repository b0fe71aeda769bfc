// Equal networks with fewer kinds of layer: scaling multiplied into the weights, the output activation left out.
import type { Dense, Network } from "./network.ts";

/** Returns the equal network of Dense layers alone, scaling multiplied into the weights next to it. */
export function fold(network: Network): Network {
  const folded: Dense[] = [];
  let [shift, factor] = neutral(network.inputs);
  for (const layer of network.layers) {
    if (layer.kind === "scale") {
      shift = shift.map((value, i) => layer.shift[i] + layer.factor[i] * value);
      factor = factor.map((value, i) => layer.factor[i] * value);
    } else {
      folded.push(scaledInputs(layer, shift, factor));
      [shift, factor] = neutral(layer.outputs);
    }
  }
  if (factor.some((value) => value !== 1) || shift.some((value) => value !== 0)) scaleOutputs(folded, shift, factor);
  return { ...network, layers: folded };
}

function neutral(length: number): [Float64Array, Float64Array] {
  return [new Float64Array(length), new Float64Array(length).fill(1)];
}

function scaledInputs(layer: Dense, shift: Float64Array, factor: Float64Array): Dense {
  const { inputs, outputs } = layer;
  const weight = layer.weight.map((value, i) => value * factor[i % inputs]);
  const bias = Float64Array.from(layer.bias);
  for (let j = 0; j < outputs; j++) {
    let sum = 0;
    for (let i = 0; i < inputs; i++) sum += layer.weight[j * inputs + i] * shift[i];
    bias[j] += sum;
  }
  return { ...layer, weight, bias };
}

/** Multiplies a scaling into the last layer, or, behind an activation that bends, appends it as a layer. */
function scaleOutputs(folded: Dense[], shift: Float64Array, factor: Float64Array): void {
  const last = folded[folded.length - 1];
  const { inputs, outputs } = last;
  if (last.activation === "identity") {
    const weight = last.weight.map((value, i) => factor[Math.floor(i / inputs)] * value);
    const bias = last.bias.map((value, i) => factor[i] * value + shift[i]);
    folded[folded.length - 1] = { ...last, weight, bias };
    return;
  }
  const weight = new Float64Array(outputs * outputs);
  factor.forEach((value, i) => (weight[i * outputs + i] = value));
  folded.push({ kind: "dense", activation: "identity", inputs: outputs, outputs, weight, bias: shift, appended: true });
}

/** Returns the network before its output activation, and before a scaling behind that. */
export function logits(network: Network): Network {
  const last = network.layers.findLastIndex((layer) => layer.kind === "dense");
  const output = network.layers[last] as Dense;
  if (output.activation === "identity") return network;
  return { ...network, layers: [...network.layers.slice(0, last), { ...output, activation: "identity" }] };
}
