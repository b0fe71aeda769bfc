// The samples behind a prediction: targets, weights, and how they add up to it.

import type { ComponentChildren } from "preact";
import { nice, within } from "../../core/numbers.ts";
import { counted } from "../../core/words.ts";
import { named } from "../../draw/frame.ts";
import { rememberedOf } from "../../state/memories.ts";
import { columns, type Scene } from "../../state/scene.ts";
import { votedOf } from "../../state/voted.ts";
import { behindOf, type Behind } from "../../state/votes.ts";
import { labelOf, subject } from "./words.ts";

const MOST = 8; // samples with a line of their own
const FEATURES = 2; // that have a column

export function Samples({ scene }: { scene: Scene }) {
  const found = behindOf(scene);
  const { uneven } = rememberedOf(scene).value;
  return (
    <div class="nw-figures nw-behind">
      {uneven && (
        <p class="nw-faint">
          The longest row is more than twice as long as the shortest, so the dot product is no similarity: trust the
          cosine.
        </p>
      )}
      <h3>The samples behind it</h3>
      {found === null ? <p class="nw-faint">…</p> : typeof found === "string" ? <p class="nw-faint">{found}</p> : (
        <Behinds scene={scene} found={found} />
      )}
    </div>
  );
}

function Behinds({ scene, found }: { scene: Scene; found: Behind }) {
  const order = Array.from(found.values, (_, i) => i).sort(
    (a, b) => Math.abs(found.values[b]) - Math.abs(found.values[a]) || a - b,
  );
  const shown = order.slice(0, MOST);
  const rest = order.slice(MOST).reduce((sum, i) => sum + found.values[i], 0);
  const { feature_names: names, output_names: outputs, output_units: units } = scene.doc.network;
  const features = names.length <= FEATURES ? names : [];
  const output = votedOf(scene);
  const span = features.length + 3;
  const size = Math.max(...shown.map((i) => Math.abs(found.values[i])), Number.MIN_VALUE);
  return (
    <>
      <p>
        How the last layer would vote for {subject(scene)} if it were fitted anew to what its nodes say: each sample's
        target times its weight{found.constant ? "" : "; the weights of all samples add up to 1"}.
      </p>
      <div class="nw-scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">sample</th>
              {features.map((name) => <th class="nw-wrap" scope="col">{name}</th>)}
              <th scope="col">target</th>
              <th scope="col">× weight</th>
              <th class="nw-wrap" scope="col">= {scene.classifier ? "vote" : named(outputs[output], units[output])}</th>
              <th class="nw-room" />
            </tr>
          </thead>
          <tbody>
            {shown.map((i) => (
              <Voter key={found.places[i]} scene={scene} found={found} i={i} features={features.length} size={size} />
            ))}
            {order.length > MOST && (
              <Whole span={span} label={counted(order.length - MOST, "other sample")} value={rest} />
            )}
            {found.constant !== 0 && (
              <Whole span={span} label="constant: the penalty on the bias" value={found.constant} />
            )}
            <Whole span={span} label="sum" value={found.refit} strong />
            <Whole span={span} label={`the network's own ${outputs[output]}`} value={found.prediction} />
          </tbody>
        </table>
      </div>
      <p class="nw-faint">{remarks(scene, found)}</p>
    </>
  );
}

interface VoterProps {
  scene: Scene;
  found: Behind;
  i: number;
  features: number;
  size: number;
}

function Voter({ scene, found, i, features, size }: VoterProps) {
  const value = found.values[i];
  const place = found.places[i];
  const inputs = columns(scene.doc, "data.inputs").slice(0, features);
  return (
    <tr>
      <td>
        <button
          type="button"
          aria-label={`Ask about sample ${place + 1}`}
          onClick={() => (scene.view.asked.value = place)}
        >
          {place + 1}
        </button>
      </td>
      {inputs.map((column, f) => <Figure>{within(column[place], scene.dataRange(f))}</Figure>)}
      <Figure>{labelOf(scene, place) ?? nice(found.targets[i])}</Figure>
      <Figure>{nice(found.similarity[i])}</Figure>
      <Figure>{nice(value)}</Figure>
      <td class="nw-room">
        <span
          class={value < 0 ? "nw-down" : "nw-up"}
          style={{ width: `${(100 * Math.abs(value)) / size}%` }}
        />
      </td>
    </tr>
  );
}

function Whole({ span, label, value, strong }: { span: number; label: string; value: number; strong?: boolean }) {
  return (
    <tr class={strong ? "nw-whole" : ""}>
      <td class="nw-wrap" colSpan={span}>{label}</td>
      <Figure>{nice(value)}</Figure>
    </tr>
  );
}

function Figure({ children }: { children: ComponentChildren }) {
  return <td class="nw-number">{children}</td>;
}

/** How far the network is from this vote, and what to know of it. */
function remarks(scene: Scene, { difference, vote }: Behind): string {
  const bent = scene.doc.network.layers.findLast((layer) => layer.kind === "dense")?.activation;
  return [
    `The network itself is ${nice(Math.abs(difference))} away${difference ? "" : ": its last layer is at its best"}.`,
    ...(bent !== "identity" ? [`Its output passes ${bent}, which this vote does not.`] : []),
    ...(vote.rank < vote.wanted
      ? [`The ${vote.wanted} nodes have rank ${vote.rank} on these samples; of the best fits the shortest is taken.`]
      : []),
    ...(vote.alone ? [`${counted(vote.alone, "sample")} alone fix a part of the last layer.`] : []),
  ].join(" ");
}
