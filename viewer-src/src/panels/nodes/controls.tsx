// Switches of the small pictures: scale, how many, which layer.

import { Pick } from "../../elements/pick.tsx";
import { Outputs, Switch } from "../../elements/switches.tsx";
import { hiddenLayers, type Scene } from "../../state/scene.ts";
import { MOST } from "./layout.ts";
import { shownLayer } from "./shown.ts";

export function Controls({ scene }: { scene: Scene }) {
  const { view } = scene;
  const layers = hiddenLayers(scene.network.value);
  const names = layers.map((_, i) =>
    i === layers.length - 1 ? `${i + 1}, the last: contributions` : `${i + 1}: activations`);
  const many = layers[shownLayer(scene)].outputs > MOST;
  return (
    <div class="nw-switches">
      {layers.length > 1 && (
        <Pick
          label="Hidden layer"
          names={names}
          value={shownLayer(scene)}
          set={(value) => (view.layer.value = value === layers.length - 1 ? null : value)}
        />
      )}
      <Outputs scene={scene} />
      <Switch label="Own scales" on={view.ownScales.value} set={(on) => (view.ownScales.value = on)} />
      {many && <Switch label="All nodes" on={view.allNodes.value} set={(on) => (view.allNodes.value = on)} />}
    </div>
  );
}
