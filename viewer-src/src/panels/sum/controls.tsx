// How contributions are stacked.

import { Outputs, Switch } from "../../elements/switches.tsx";
import { isPlane } from "../../state/grid.ts";
import type { Scene } from "../../state/scene.ts";

export function Controls({ scene }: { scene: Scene }) {
  const { around } = scene.view;
  return (
    <div class="nw-switches">
      <Outputs scene={scene} />
      {!isPlane(scene) && (
        <Switch
          label="Each around its mean, the means counted with the bias"
          on={around.value}
          set={(on) => (around.value = on)}
        />
      )}
    </div>
  );
}
