// The run that is open, or two of them side by side, each in the viewer.

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Document } from "../core/document.ts";
import type { Run } from "./api.ts";
import { Exports } from "./exports.tsx";
import { goTo, knownDocument, noteViews } from "./opening.ts";
import { NOWHERE } from "./place.ts";
import { fetchDocument } from "./opening.ts";
import { sentenceOf } from "./connection.ts";
import type { Studio } from "./state.ts";
import { standing } from "./words.ts";
import { Held, sharedBy } from "./held.tsx";

export function ShownView({ studio }: { studio: Studio }) {
  const { run, beside, linked } = studio.place.value;
  const first = useDocument(studio, run);
  const second = useDocument(studio, beside);
  if (!run) return null;
  const shared = beside && linked && first.doc && second.doc ? sharedBy(first.doc, second.doc) : null;
  return (
    <>
      {beside && (
        <div class="nw-row">
          <label class="nw-tick">
            <input
              type="checkbox"
              checked={linked}
              onChange={(event) => noteViews(studio, { linked: event.currentTarget.checked })}
            />
            move both together
          </label>
        </div>
      )}
      <div class={beside ? "nw-pair" : ""}>
        <Column studio={studio} id={run} side="view" found={first} shared={shared} />
        {beside && <Column studio={studio} id={beside} side="besideView" found={second} shared={shared} />}
      </div>
    </>
  );
}

interface Found {
  doc: Document | undefined;
  /** Why there is none. */
  why: string;
}

/** The document of a run, once it is there. */
function useDocument(studio: Studio, id: string): Found {
  const came = useSignal({ id: "", why: "" });
  const over = studio.runs.value.find((run) => run.id === id)?.state;
  // A server that is back may have what it did not send.
  const alive = studio.connection.value !== "gone";
  useEffect(() => {
    if (!id || knownDocument(id)) return;
    let wanted = true;
    fetchDocument(studio, id)
      .then(() => "", (error: unknown) => sentenceOf(error)?.text ?? "")
      .then((why) => wanted && (came.value = { id, why }));
    return () => {
      wanted = false;
    };
  }, [id, over, alive]);
  const doc = knownDocument(id);
  return { doc, why: doc || came.value.id !== id ? "" : came.value.why };
}

interface ColumnProps {
  studio: Studio;
  id: string;
  side: "view" | "besideView";
  found: Found;
  shared: readonly string[] | null;
}

function Column({ studio, id, side, found, shared }: ColumnProps) {
  const run = studio.runs.value.find((other) => other.id === id);
  const { doc, why } = found;
  const close = () => {
    const place = studio.place.peek();
    goTo(studio, { ...NOWHERE, run: place.beside ? (side === "view" ? place.beside : place.run) : "" });
  };
  return (
    <section class="nw-run" aria-label={run?.name ?? "Run"} data-shown={id}>
      <div class="nw-row nw-run-bar">
        {run && <strong>{run.name}</strong>}
        {run && <span class="nw-faint">{[run.network, standing(run)].filter(Boolean).join(" · ")}</span>}
        <span class="nw-push" />
        {run && <Exports studio={studio} run={run} />}
        <button type="button" onClick={close}>Close</button>
      </div>
      {run && ended(run) && <p class="nw-error" role="status">{ended(run)}</p>}
      {!doc && why && why !== run?.error && <p class="nw-error" role="status">{why}</p>}
      {!doc && !why && <p class="nw-faint">Fetching the run…</p>}
      {doc && <Held studio={studio} id={id} doc={doc} side={side} shared={shared} />}
    </section>
  );
}

/** What a person should know of a run that did not end as it should, in the server's words. */
function ended(run: Run): string {
  if (run.error) return run.error;
  const { reason = "", message = "" } = run.outcome ?? {};
  return ["diverged", "interrupted"].includes(reason) ? message : "";
}
