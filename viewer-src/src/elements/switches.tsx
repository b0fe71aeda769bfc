// Small switches that several panels have.

import type { Scene } from "../state/scene.ts";
import { Pick } from "./pick.tsx";

interface SwitchProps {
  label: string;
  on: boolean;
  set(on: boolean): void;
}

export function Switch({ label, on, set }: SwitchProps) {
  return (
    <label class="nw-switch">
      <input type="checkbox" checked={on} onChange={(event) => set(event.currentTarget.checked)} /> {label}
    </label>
  );
}

/** Which class's output, for a classifier, whose pictures otherwise show all classes at once. */
export function Outputs({ scene }: { scene: Scene }) {
  const names = scene.doc.network.output_names;
  if (!scene.classifier || names.length < 2) return null;
  return (
    <Pick
      label="Output"
      names={names}
      value={scene.view.output.value}
      set={(value) => (scene.view.output.value = value ?? 0)}
    />
  );
}
