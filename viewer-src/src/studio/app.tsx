// The page of the studio: the form on one side, runs and what was learned on the other.

import { computed } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { systemDark } from "../elements/theme_context.ts";
import { Banner, Said } from "./banner.tsx";
import { FormView } from "./form_view.tsx";
import { bring } from "./lists.ts";
import { RunsView } from "./runs_view.tsx";
import { ShownView } from "./shown_view.tsx";
import type { Studio } from "./state.ts";
import { train } from "./training.ts";

export function App({ studio }: { studio: Studio }) {
  const right = useRef<HTMLDivElement>(null);
  const dark = useMemo(
    () => computed(() => (studio.theme.value === "" ? systemDark.value : studio.theme.value === "dark")),
    [studio],
  );
  const run = studio.place.value.run;
  const name = studio.runs.value.find(({ id }) => id === run)?.name; // the list may come after the run
  useEffect(() => {
    document.title = [name, "nodewise studio"].filter(Boolean).join(" · ");
  }, [name]);
  useEffect(() => {
    // Where the form stands above, what is new is brought into sight.
    const top = right.current?.getBoundingClientRect().top ?? 0;
    if (run && top > innerHeight / 2) right.current?.scrollIntoView();
  }, [run]);
  return (
    <div
      class="nodewise nws-studio"
      data-theme={dark.value ? "dark" : "light"}
      onKeyDown={(event) => {
        if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
        event.preventDefault();
        void train(studio);
      }}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        const file = event.dataTransfer?.files[0];
        if (file) void bring(studio, file);
      }}
    >
      <Banner studio={studio} />
      <div class="nws-halves">
        <div class="nws-left">
          <h1>nodewise studio</h1>
          <FormView studio={studio} />
        </div>
        <div class="nws-right" ref={right}>
          <Said studio={studio} />
          <RunsView studio={studio} />
          <ShownView studio={studio} />
        </div>
      </div>
    </div>
  );
}
