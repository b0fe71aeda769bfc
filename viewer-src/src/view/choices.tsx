// What the pictures are of, where there is a choice: output, features, sample, start; and the way back.

import { Pick } from "../elements/pick.tsx";
import { useTheme } from "../elements/theme_context.ts";
import { columns, type Scene } from "../state/scene.ts";
import { scoreOf } from "../state/score.ts";

export function Choices({ scene }: { scene: Scene }) {
  const { view, doc } = scene;
  const features = doc.network.feature_names;
  const { dark } = useTheme().value;
  return (
    <div class="nw-choices">
      {doc.network.output_names.length > 1 && !scene.classifier && (
        <Pick
          label="Output"
          names={doc.network.output_names}
          value={view.output.value}
          set={(value) => (view.output.value = value ?? 0)}
        />
      )}
      {features.length > 1 && (
        <Pick
          label="Along"
          names={features}
          value={view.along.value[0]}
          set={(value) => along(scene, [value ?? 0, ...view.along.value.slice(1)])}
        />
      )}
      {features.length > 1 && (
        <Pick
          label="and"
          names={features}
          none="nothing else"
          value={view.along.value[1] ?? null}
          set={(value) => along(scene, value === null ? [view.along.value[0]] : [view.along.value[0], value])}
        />
      )}
      {features.length > view.along.value.length && <Others scene={scene} />}
      {scene.changed.value && <Changed scene={scene} />}
      <button
        type="button"
        class="nw-theme"
        onClick={() => (view.theme.value = dark ? "light" : "dark")}
      >
        {dark ? "Light" : "Dark"}
      </button>
    </div>
  );
}

/** Two features that differ: choosing the one that is taken exchanges them. */
function along(scene: Scene, chosen: readonly number[]): void {
  const before = scene.view.along.value;
  const [first, second] = chosen;
  scene.view.x.value = null;
  scene.view.y.value = null;
  scene.view.cursor.value = null;
  if (second === undefined || first !== second) scene.view.along.value = chosen;
  else scene.view.along.value = [before[1] ?? first, before[0]].filter((f, i, all) => all.indexOf(f) === i);
}

function Others({ scene }: { scene: Scene }) {
  const samples = columns(scene.doc, "data.inputs")[0]?.length ?? 0;
  const sample = scene.view.sample.value;
  return (
    <label>
      The others of{" "}
      <input
        type="number"
        min={1}
        max={samples}
        placeholder="their median"
        aria-label="Sample whose other features are kept; empty for their median"
        value={sample === null ? "" : sample + 1}
        onChange={(event) => {
          const value = Number(event.currentTarget.value);
          scene.view.sample.value = value >= 1 && value <= samples ? Math.round(value) - 1 : null;
        }}
      />
    </label>
  );
}

function Changed({ scene }: { scene: Scene }) {
  const { off, edits } = scene.view;
  const parts = [
    ...(off.value.length ? [`${counted(off.value.length, "node")} off`] : []),
    ...(Object.keys(edits.value).length ? [`${counted(Object.keys(edits.value).length, "weight")} changed`] : []),
  ];
  const score = scoreOf(scene);
  return (
    <span class="nw-changed" role="status">
      {parts.join(", ")}
      {score && `: ${score}`}{" "}
      <button
        type="button"
        onClick={() => {
          off.value = [];
          edits.value = {};
        }}
      >
        Reset
      </button>
    </span>
  );
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
