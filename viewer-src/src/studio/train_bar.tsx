// The button that trains, how the training goes, and why it cannot.

import { nice } from "../core/numbers.ts";
import type { Active, Studio } from "./state.ts";
import { change } from "./state.ts";
import { idOf, refusedField } from "./field.tsx";
import { cancelActive } from "./training.ts";

export function TrainBar({ studio }: { studio: Studio }) {
  const active = studio.active.value;
  const opens = studio.form.value.source === "model";
  return (
    <div class="nws-train">
      <div class="nws-row">
        <button type="submit" class="nws-go" title="Ctrl+Enter">
          {opens ? "Read" : "Train"}
        </button>
        {!opens && (
          <label class="nws-tick">
            <input
              type="checkbox"
              checked={studio.form.value.retrain}
              onChange={(event) => change(studio, { retrain: event.currentTarget.checked })}
            />
            retrain when a value changes
          </label>
        )}
      </div>
      <Refused studio={studio} />
      {active && <Going studio={studio} active={active} />}
    </div>
  );
}

/** The refusal again where the button is; if its field is on the page, a way there. */
function Refused({ studio }: { studio: Studio }) {
  const refused = studio.refused.value;
  if (!refused) return null;
  const id = idOf(refusedField(studio));
  return (
    <p class="nw-error" role="alert">
      {refused.text}{" "}
      {document.getElementById(id) && (
        <button type="button" onClick={() => document.getElementById(id)?.focus()}>
          Go there
        </button>
      )}
    </p>
  );
}

function Going({ studio, active }: { studio: Studio; active: Active }) {
  const { state, step, steps, loss } = active;
  const known = state === "training" && step !== null && steps;
  return (
    <div class="nws-going">
      <progress max={1} value={known ? step / steps : undefined} aria-label="Progress of the training" />
      <div class="nws-row">
        <span role="status">
          {state === "waiting" ? "Waiting for the training before it" : known ? `step ${step} of ${steps}` : "Training"}
          {typeof loss === "number" && ` · loss ${nice(loss)}`}
        </span>
        <button type="button" onClick={() => cancelActive(studio)}>
          Cancel
        </button>
      </div>
    </div>
  );
}
