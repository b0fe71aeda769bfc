// The weight that is picked, as a field to type in; and the node it belongs to, to switch off.

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Dense } from "../../core/network.ts";
import { nice } from "../../core/numbers.ts";
import { roman } from "../../core/words.ts";
import { weightOf } from "../../state/edits.ts";
import type { Scene } from "../../state/scene.ts";
import { numberIn, resetWeight, setWeight, stepOf, toggleNode } from "../../state/weights.ts";
import { placeOf } from "./live.ts";
import { minus } from "./words.ts";

export function Picked({ scene }: { scene: Scene }) {
  const { weight, node } = scene.view;
  const name = weight.value;
  const known = name !== null && placeOf(name, scene.trained.value.layers as Dense[]) !== null;
  return (
    <div class="nw-picked">
      {known ? (
        <Field key={name} scene={scene} name={name} />
      ) : (
        <span class="nw-faint">
          Click a line to pick its weight, and drag it up or down to change it; or walk with the arrow keys.
        </span>
      )}
      {node.value !== null && <Switch scene={scene} node={node.value} />}
    </div>
  );
}

function Field({ scene, name }: { scene: Scene; name: string }) {
  const value = weightOf(scene.network.value, name) ?? 0;
  const trained = weightOf(scene.trained.value, name) ?? 0;
  const changed = name in scene.view.edits.value;
  const typed = useSignal<string | null>(null);
  const wrong = useSignal("");
  // What is dragged meanwhile is newer than what was typed.
  useEffect(() => {
    typed.value = null;
    wrong.value = "";
  }, [value]);

  const take = (text: string) => {
    const given = numberIn(text);
    if (given === undefined) {
      wrong.value = `A weight must be a finite number. Got “${text}”; the weight stays ${minus(nice(value))}.`;
      return;
    }
    wrong.value = "";
    typed.value = null;
    setWeight(scene, name, given);
  };
  const reset = () => {
    typed.value = null;
    wrong.value = "";
    resetWeight(scene, name);
  };
  const keys = (event: KeyboardEvent & { currentTarget: HTMLInputElement }) => {
    const side = event.key === "ArrowUp" ? 1 : event.key === "ArrowDown" ? -1 : 0;
    if (side) setWeight(scene, name, value + side * stepOf(scene, name) * (event.shiftKey ? 0.5 : 5));
    else if (event.key === "Enter") take(event.currentTarget.value);
    else if (event.key === "Escape") reset();
    else return;
    event.preventDefault();
  };
  const id = `nw-weight-${name}`;
  return (
    <span class="nw-weight">
      <label for={id}>{spoken(scene, name)}</label>{" "}
      <input
        id={id}
        type="text"
        inputMode="decimal"
        autocomplete="off"
        spellcheck={false}
        value={typed.value ?? String(value)}
        aria-invalid={wrong.value !== ""}
        aria-describedby={`${id}-said`}
        onInput={(event) => (typed.value = event.currentTarget.value)}
        onChange={(event) => take(event.currentTarget.value)}
        onKeyDown={keys}
      />{" "}
      <button type="button" disabled={!changed} onClick={reset}>
        As trained
      </button>{" "}
      <span id={`${id}-said`} role="status" class={wrong.value ? "nw-error" : "nw-faint"}>
        {wrong.value || (changed ? `trained to ${minus(nice(trained))}` : "as trained")}
      </span>
    </span>
  );
}

/** What a weight is, in words: from where to where. */
export function spoken(scene: Scene, name: string): string {
  const [layer, node, feature] = name.split(".");
  const at = Number(layer);
  const info = scene.doc.network;
  const last = at === scene.trained.peek().layers.length - 1;
  const to = last ? (info.output_names[Number(node)] ?? `output ${Number(node) + 1}`) : `node ${Number(node) + 1}`;
  if (feature === "b") return `Bias of ${to} in layer ${roman(at + 2)}`;
  const from = at === 0 ? info.feature_names[Number(feature)] : `node ${Number(feature) + 1}`;
  return `Weight from ${from} to ${to} in layer ${roman(at + 2)}`;
}

function Switch({ scene, node }: { scene: Scene; node: string }) {
  const [layer, index] = node.split(".").map(Number);
  const found = scene.trained.value.layers[layer] as Dense | undefined;
  if (!found || index >= found.outputs || layer >= scene.trained.value.layers.length - 1) return null;
  const off = scene.silent.value.has(node);
  return (
    <button type="button" aria-pressed={off} onClick={() => toggleNode(scene, node)}>
      {off ? "Switch on" : "Switch off"} node {index + 1} of layer {roman(layer + 2)}
    </button>
  );
}

