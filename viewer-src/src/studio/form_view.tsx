// The form: where the samples come from, how the network is built and trained, and the button.

import { ActivationField } from "./activation_field.tsx";
import { refusedField } from "./field.tsx";
import type { SourceKind } from "./form.ts";
import { ModelSource } from "./model_source.tsx";
import { PointsSource } from "./points_source.tsx";
import { ProblemSource } from "./problem_source.tsx";
import { SettingField } from "./setting_field.tsx";
import { change, type Studio } from "./state.ts";
import { TableSource } from "./table_source.tsx";
import { TrainBar } from "./train_bar.tsx";
import { train } from "./training.ts";

const SOURCES: readonly (readonly [SourceKind, string, (props: { studio: Studio }) => unknown])[] = [
  ["problem", "A problem", ProblemSource],
  ["table", "A table", TableSource],
  ["points", "Points", PointsSource],
  ["model", "A trained model", ModelSource],
];
/** Settings that stand in the form itself; the others are folded away. */
const FIRST = ["hidden", "activation", "start", "solver", "steps", "learning_rate", "l2", "starts", "seed"];

export function FormView({ studio }: { studio: Studio }) {
  const info = studio.info.value;
  const form = studio.form.value;
  if (!info) return null;
  const opens = form.source === "model";
  const Source = (SOURCES.find(([kind]) => kind === form.source) ?? SOURCES[0])[2] as typeof ProblemSource;
  return (
    <form
      class="nws-form"
      aria-label="What to train"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void train(studio);
      }}
    >
      <h2>{opens ? "Model and samples" : "Samples"}</h2>
      <div class="nws-row" role="group" aria-label="Where the samples come from">
        {SOURCES.map(([kind, words]) => (
          <button type="button" aria-pressed={form.source === kind} onClick={() => change(studio, { source: kind })}>
            {words}
          </button>
        ))}
      </div>
      <Source studio={studio} />
      {!opens && <Settings studio={studio} names={Object.keys(info.settings)} />}
      <TrainBar studio={studio} />
    </form>
  );
}

/** How the network is built and trained. */
function Settings({ studio, names }: { studio: Studio; names: readonly string[] }) {
  const rest = names.filter((name) => !FIRST.includes(name));
  return (
    <>
      <h2>Network and training</h2>
      <div class="nws-fields">
        {FIRST.map((name) =>
          name === "activation" ? (
            <ActivationField key={name} studio={studio} />
          ) : (
            <SettingField key={name} studio={studio} name={name} />
          ),
        )}
      </div>
      <details class="nws-fold" open={rest.includes(refusedField(studio)) || undefined}>
        <summary>All other settings</summary>
        {rest.map((name) => (
          <SettingField key={name} studio={studio} name={name} explained />
        ))}
      </details>
    </>
  );
}
