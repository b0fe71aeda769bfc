// What the surface is of, where there is a choice.

import type { Scene } from "../../state/scene.ts";
import { hasLogits, kindOf, litNode, type Kind } from "./height.ts";

export function SurfaceControls({ scene }: { scene: Scene }) {
  const { view, doc } = scene;
  const outputs = doc.network.output_names;
  const node = litNode(scene);
  const kinds: [Kind, string][] = [
    ["output", scene.classifier ? "value" : "output"],
    ...(hasLogits(scene) ? ([["logit", "logit"]] as [Kind, string][]) : []),
    ...(node >= 0 ? ([["node", `contribution of node ${node + 1}`]] as [Kind, string][]) : []),
  ];
  // The output of a network of numbers is chosen on top of the page, for all pictures.
  const choice = scene.classifier && outputs.length > 1;
  if (kinds.length === 1 && !choice) return null;
  return (
    <div class="nw-choices">
      <label>
        Height{" "}
        <select value={kindOf(scene)} onChange={(event) => (view.height.value = event.currentTarget.value as Kind)}>
          {kinds.map(([kind, label]) => (
            <option value={kind}>{label}</option>
          ))}
        </select>
      </label>
      {choice && (
        <label>
          of{" "}
          <select
            value={String(view.output.value)}
            onChange={(event) => (view.output.value = Number(event.currentTarget.value))}
          >
            {outputs.map((name, i) => (
              <option value={String(i)}>{name}</option>
            ))}
          </select>
        </label>
      )}
    </div>
  );
}
