// What is asked about and what the nodes answer, in words.

import { nice, within } from "../../core/numbers.ts";
import { counted } from "../../core/words.ts";
import { askedOf } from "../../state/asked.ts";
import { rememberedOf } from "../../state/memories.ts";
import { columns, type Scene } from "../../state/scene.ts";
import { saidOf, traceOf, votedOf } from "../../state/voted.ts";

const MOST = 3; // features that are named

/** "sample 7" or "the place at the cursor". */
export function subject(scene: Scene): string {
  const { sample } = askedOf(scene).value;
  return sample === null ? "the place at the cursor" : `sample ${sample + 1}`;
}

/** "x = 3.2", of several features the first. */
export function place(scene: Scene): string {
  const { point } = askedOf(scene).value;
  const names = scene.doc.network.feature_names.slice(0, MOST);
  const said = names.map((name, i) => `${name} = ${within(point[i], scene.dataRange(i))}`);
  return [...said, ...(point.length > MOST ? ["…"] : [])].join(", ");
}

/** "the network says 0.31, wanted is 0.29". */
export function answer(scene: Scene): string {
  const { sample } = askedOf(scene).value;
  if (scene.classifier) return classAnswer(scene, sample);
  const output = votedOf(scene);
  const { output_names: names, output_units: units } = scene.doc.network;
  const value = nice(traceOf(scene).value.output[output][0]);
  const said = `the network says ${`${names[output]} = ${value} ${units[output]}`.trimEnd()}`;
  const target = sample === null ? undefined : columns(scene.doc, "data.targets")[output]?.[sample];
  return target === undefined ? said : `${said}, wanted is ${nice(target)}`;
}

function classAnswer(scene: Scene, sample: number | null): string {
  const { classes, output_names: outputs } = scene.doc.network;
  const code = saidOf(scene).value;
  const said = `the network says ${classes[code] ?? outputs[code] ?? code}`;
  const label = labelOf(scene, sample);
  return label === null ? said : `${said}, its label is ${label}`;
}

/** The label of a sample, or null where there is none. */
export function labelOf(scene: Scene, sample: number | null): string | null {
  const code = sample === null ? undefined : scene.doc.tensors.get("data.codes")?.data[sample];
  return code === undefined ? null : String(scene.doc.data.classes[code]);
}

/** "6 of 10 nodes fire: sigmoid above 0.5, the middle of its range", or the shorter beginning of it. */
export function firing(scene: Scene, short = false): string {
  const { fires, rule } = rememberedOf(scene).value;
  const count = fires.filter(Boolean).length;
  const does = count === 1 ? "fires" : "fire";
  return `${count} of ${counted(fires.length, "node")} ${does}: ${short ? rule.split(",")[0] : rule}`;
}

/** What the votes add up to. */
export function target(scene: Scene): string {
  const name = scene.doc.network.output_names[votedOf(scene)];
  return rememberedOf(scene).value.of === "output" ? name : `pre-activation of ${name}`;
}
