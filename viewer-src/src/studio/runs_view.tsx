// The runs that are kept: open one, compare two, delete.

import { useSignal, type Signal } from "@preact/signals";
import { isOver, type Run } from "./api.ts";
import { cancelRun, deleteRun } from "./lists.ts";
import { goTo } from "./opening.ts";
import { NOWHERE } from "./place.ts";
import type { Studio } from "./state.ts";
import { score, seconds, standing, when } from "./words.ts";

const MOST = 200; // rows shown; more would make the page slow

export function RunsView({ studio }: { studio: Studio }) {
  const runs = studio.runs.value;
  const chosen = useSignal<readonly string[]>([]);
  const asked = useSignal("");
  const all = useSignal(false);
  const there = chosen.value.filter((id) => runs.some((run) => run.id === id));
  const open = studio.place.value.run === "";
  return (
    <details class="nws-runs nws-fold" open={open || undefined}>
      <summary>Runs ({runs.length})</summary>
      {runs.length === 0 && (
        <p class="nw-faint">None yet. What is trained is kept here, also when the studio is stopped.</p>
      )}
      {runs.length > 0 && (
        <>
          <div class="nws-row">
            <button type="button" disabled={there.length !== 2} onClick={show(studio, () => [there[0], there[1]])}>
              Compare the two chosen
            </button>
            <span class="nw-faint">{there.length === 2 ? "" : "Tick two runs to see them side by side."}</span>
          </div>
          <div class="nw-table" tabIndex={0} role="region" aria-label="Runs">
            <table>
              <thead>
                <tr>
                  {["", "run", "network", "score", "state", "time", "made", ""].map((name) => (
                    <th scope="col">{name}</th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {runs.slice(0, all.value ? undefined : MOST).map((run) => (
                  <Row key={run.id} studio={studio} run={run} chosen={chosen} asked={asked} />
                ))}
              </tbody>
            </table>
            {runs.length > MOST && !all.value && (
              <button type="button" onClick={() => (all.value = true)}>Show all {runs.length}</button>
            )}
          </div>
        </>
      )}
    </details>
  );
}

/** Show one run or two, and fold the list away, which would stand above them. */
function show(studio: Studio, which: () => readonly string[]) {
  return (event: Event) => {
    const [run, beside = ""] = which();
    (event.currentTarget as Element).closest("details")?.removeAttribute("open");
    goTo(studio, { ...NOWHERE, run, beside });
  };
}

interface RowProps {
  studio: Studio;
  run: Run;
  chosen: Signal<readonly string[]>;
  /** The run that was asked to be deleted and is so when that is said again. */
  asked: Signal<string>;
}

function Row({ studio, run, chosen, asked }: RowProps) {
  const { id, name } = run;
  const { run: first, beside } = studio.place.value;
  const ticked = chosen.value.includes(id);
  const tick = () => {
    chosen.value = ticked ? chosen.value.filter((other) => other !== id) : [...chosen.value, id].slice(-2);
  };
  return (
    <tr class={id === first || id === beside ? "nws-shown" : ""} data-run={id}>
      <td>
        <input
          type="checkbox"
          aria-label={`Choose ${name} of ${when(run.created)} for comparing`}
          disabled={!run.verdict}
          checked={ticked}
          onChange={tick}
        />
      </td>
      <td>
        <button type="button" class="nws-open" onClick={show(studio, () => [id])}>
          {name}
        </button>
      </td>
      <td>{run.network}</td>
      <td>{score(run)}</td>
      <td title={run.error}>{standing(run)}</td>
      <td>{seconds(run.seconds)}</td>
      <td>{when(run.created)}</td>
      <td class="nws-acts">
        <Acts studio={studio} run={run} asked={asked} />
      </td>
    </tr>
  );
}

function Acts({ studio, run, asked }: Omit<RowProps, "chosen">) {
  const { id, name } = run;
  if (!isOver(run.state)) return <button type="button" onClick={() => cancelRun(studio, id)}>Cancel</button>;
  if (asked.value !== id) {
    return (
      <button type="button" aria-label={`Delete ${name}`} onClick={() => (asked.value = id)}>
        Delete
      </button>
    );
  }
  return (
    <span role="group" aria-label={`Delete ${name} for good?`}>
      For good?{" "}
      <button type="button" class="nws-danger" ref={(button) => button?.focus()} onClick={() => deleteRun(studio, id)}>
        Delete
      </button>{" "}
      <button type="button" onClick={() => (asked.value = "")}>Keep</button>
    </span>
  );
}
