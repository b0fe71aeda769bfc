// Which sample is asked about, or the place at the cursor.

import { Pick } from "../../elements/pick.tsx";
import { Switch } from "../../elements/switches.tsx";
import { askedOf, askNext } from "../../state/asked.ts";
import { columns, type Scene } from "../../state/scene.ts";
import { choosesClass } from "../../state/voted.ts";

export function Controls({ scene }: { scene: Scene }) {
  const { view, doc } = scene;
  const count = columns(doc, "data.inputs")[0]?.length ?? 0;
  const { sample } = askedOf(scene).value;
  return (
    <div class="nw-switches">
      <span class="nw-asked">
        <button type="button" aria-label="The sample before" onClick={() => askNext(scene, -1)}>
          ‹
        </button>
        <label>
          Sample{" "}
          <input
            type="number"
            min={1}
            max={count}
            aria-label="Sample asked about"
            value={sample === null ? "" : sample + 1}
            onChange={(event) => {
              const value = Math.round(Number(event.currentTarget.value));
              if (value >= 1 && value <= count) view.asked.value = value - 1;
              else event.currentTarget.value = sample === null ? "" : String(sample + 1);
            }}
          />{" "}
          of {count}
        </label>
        <button type="button" aria-label="The next sample" onClick={() => askNext(scene, 1)}>
          ›
        </button>
      </span>
      <Switch
        label="The place at the cursor"
        on={sample === null}
        set={(on) => (view.asked.value = on ? "cursor" : null)}
      />
      {choosesClass(scene) && (
        <Pick
          label="Votes for"
          names={doc.network.output_names}
          none="the class it says"
          value={view.voted.value}
          set={(value) => (view.voted.value = value)}
        />
      )}
    </div>
  );
}
