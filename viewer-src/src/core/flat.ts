// Parameters as one flat array, layer by layer, each layer's weights before its biases: as nodewise.network.flat.

/** Returns the number of weights and biases of a network of these sizes. */
export function count(sizes: readonly number[]): number {
  let sum = 0;
  for (let i = 1; i < sizes.length; i++) sum += sizes[i] * (sizes[i - 1] + 1);
  return sum;
}

/** Returns the place in the flat array of a weight of a layer, or with `feature` null of a bias; counted from 0. */
export function place(sizes: readonly number[], layer: number, node: number, feature: number | null): number {
  const before = count(sizes.slice(0, layer + 1));
  const [inputs, nodes] = [sizes[layer], sizes[layer + 1]];
  return before + (feature === null ? inputs * nodes + node : node * inputs + feature);
}
