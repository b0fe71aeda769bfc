// The sum at the cursor in figures: activation × weight node by node, the bias, and what they add up to.

import { useSignal } from "@preact/signals";
import { contributions, outputLayer } from "../../core/contributions.ts";
import type { Dense } from "../../core/network.ts";
import { nice, within } from "../../core/numbers.ts";
import { widened } from "../../draw/ticks.ts";
import { isPlane } from "../../state/grid.ts";
import { pointOf } from "../../state/point.ts";
import { hiddenLayers, outputOf, type Scene } from "../../state/scene.ts";
import { addable, added, decimalsFor, type Part, type Row, type Sum } from "./addable.ts";
import { bandsOf, keyOf, nameOf } from "./bands.ts";
import { behind, type Line } from "./lines.ts";

const MOST = 12; // rows before the others are one row

export function Figures({ scene }: { scene: Scene }) {
  const all = useSignal(false);
  const { parts, sum, lines } = calculation(scene);
  const where = `At ${place(scene)}`;
  if (!sum) return <p class="nw-faint">{where} the numbers are too large, or none, and cannot be written out.</p>;
  const many = parts.length > MOST;
  const shown = many && !all.value ? sum.rows.slice(0, MOST - 1) : sum.rows;
  const rest = sum.rows.slice(shown.length);
  return (
    <div class="nw-figures">
      <p>
        {where}, by hand{scene.view.cursor.value === null ? " (move over a picture to choose another place)" : ""}:
      </p>
      <div class={all.value ? "nw-table" : "nw-scroll"}>
        <table>
          <thead>
            <tr>
              <th scope="col">{hiddenLayers(scene.network.value).length ? "node" : "feature"}</th>
              <th scope="col">activation</th>
              <th scope="col">× weight</th>
              <th scope="col">= contribution</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((row) => (
              <Figure key={row.node} row={row} scene={scene} />
            ))}
            {rest.length > 0 && (
              <tr>
                <td colSpan={3}>
                  {rest.length} more{" "}
                  <button type="button" onClick={() => (all.value = true)}>
                    one by one
                  </button>
                </td>
                <td class="nw-number">{added(rest.map((row) => row.contribution), sum.decimals)}</td>
              </tr>
            )}
            <Whole label="bias" value={sum.bias} />
            <Whole label="sum of these numbers" value={sum.total} strong />
            <Whole label={own(scene)} value={sum.own} />
            {lines.map((line) => (
              <Whole label={line.label} value={nice(line.value)} />
            ))}
          </tbody>
        </table>
      </div>
      {all.value && many && (
        <button type="button" onClick={() => (all.value = false)}>
          Fewer rows
        </button>
      )}
      <p class="nw-faint">{rounding(sum)}</p>
    </div>
  );
}

function Figure({ row, scene }: { row: Row; scene: Scene }) {
  const key = keyOf(scene, row.node);
  const lit = key !== null && scene.lit.value === key;
  const name = nameOf(scene, row.node);
  return (
    <tr
      class={`${row.off ? "nw-off" : ""}${lit ? " nw-lit" : ""}`}
      onPointerEnter={() => (scene.hover.value = key)}
      onPointerLeave={() => (scene.hover.value = null)}
    >
      <td class="nw-wrap">{row.off ? <s>{name}</s> : name}</td>
      <td class="nw-number">{row.off ? <s>{row.activation}</s> : row.activation}</td>
      <td class="nw-number">{row.off ? <s>{row.weight}</s> : row.weight}</td>
      <td class="nw-number">{row.contribution}</td>
    </tr>
  );
}

function Whole({ label, value, strong }: { label: string; value: string; strong?: boolean }) {
  return (
    <tr class={strong ? "nw-whole" : ""}>
      <td class="nw-wrap" colSpan={3}>{label}</td>
      <td class="nw-number">{value}</td>
    </tr>
  );
}

interface Calculation {
  parts: Part[];
  sum: Sum | null;
  lines: Line[];
}

function calculation(scene: Scene): Calculation {
  const output = outputOf(scene);
  const network = scene.network.value;
  const trace = scene.at(pointOf(scene).value);
  const index = outputLayer(network);
  const layer = network.layers[index] as Dense;
  const nodes = index ? trace.layers[index - 1].value : trace.input;
  const { bias, sum } = contributions(network, trace, output);
  const parts = scene.order.value.map((node) => ({
    node,
    activation: nodes[node][0],
    weight: layer.weight[output * layer.inputs + node],
    off: scene.silent.value.has(keyOf(scene, node) ?? ""),
  }));
  const own = layer.activation === "identity" ? trace.output[output][0] : trace.layers[index].pre[output][0];
  const written = addable(parts, bias, own, decimalsFor(spanOf(scene, sum[0])));
  return { parts, sum: written, lines: behind(network, trace, output) };
}

/** How far the sum goes up and down in the picture; at one point, how large it is. */
function spanOf(scene: Scene, value: number): number {
  if (isPlane(scene)) return Math.abs(value);
  const [low, high] = widened(bandsOf(scene).sum, 0);
  return high - low;
}

function own(scene: Scene): string {
  const { target } = bandsOf(scene);
  return `the network's own ${target}`;
}

function place(scene: Scene): string {
  const { feature_names: names, feature_units: units } = scene.doc.network;
  const point = pointOf(scene).value;
  const one = (name: string, i: number) =>
    `${name} = ${within(point[i], scene.dataRange(i))}${units[i] ? ` ${units[i]}` : ""}`;
  const shown = names.slice(0, 4).map(one);
  return names.length > 4 ? `${shown.join(", ")} and ${names.length - 4} more features` : shown.join(", ");
}

function rounding(sum: Sum): string {
  const digits = sum.decimals === 1 ? "1 decimal" : `${sum.decimals} decimals`;
  const each = `Each contribution is rounded to ${digits}`;
  if (sum.apart === 0) return `${each}; the sum of the rounded numbers is the network's own number.`;
  return `${each}; rounding sets the two last numbers ${Math.abs(sum.apart)} apart in the last decimal.`;
}
