// The whole viewer of one document: verdict, slider, panels.

import type { ReadonlySignal } from "@preact/signals";
import type { Theme } from "../draw/theme.ts";
import { PANELS } from "../panels/all.ts";
import type { Scene } from "../state/scene.ts";
import { Choices } from "./choices.tsx";
import { PanelView } from "./panel_view.tsx";
import { ThemeContext } from "../elements/theme_context.ts";
import { Transport } from "./transport.tsx";

interface Props {
  scene: Scene;
  theme: ReadonlySignal<Theme>;
  /** Of a host that says the verdict itself. */
  silent?: boolean;
}

const PLACES = ["left", "right", "row"] as const;

export function Viewer({ scene, theme, silent }: Props) {
  const { doc } = scene;
  const panels = PANELS.filter((panel) => panel.applies(scene));
  return (
    <ThemeContext.Provider value={theme}>
      <div
        class="nodewise"
        data-theme={theme.value.dark ? "dark" : "light"}
        onPointerDown={(event) => closeMenus(event.currentTarget, event.target as Element)}
        onKeyDown={(event) => {
          if (event.key === "Escape") closeMenus(event.currentTarget, null);
        }}
      >
        {!silent && (
          <header class="nw-verdict">
            <h1>{doc.title}</h1>
            <p>{doc.verdict}</p>
          </header>
        )}
        <Notes scene={scene} />
        <div class="nw-controls">
          {scene.snapshots > 1 && <Transport scene={scene} />}
          <Choices scene={scene} />
        </div>
        <div class="nw-panels">
          {PLACES.map((place) => (
            <div class={`nw-place-${place}`} key={place}>
              {panels
                .filter((panel) => panel.place === place)
                .map((panel) => (
                  <PanelView key={panel.id} panel={panel} scene={scene} />
                ))}
            </div>
          ))}
        </div>
      </div>
    </ThemeContext.Provider>
  );
}

/** Close what is open of the menus, but for the one a pointer is in; the keyboard goes on from its title. */
function closeMenus(root: Element, within: Element | null): void {
  for (const menu of root.querySelectorAll("details.nw-menu[open]")) {
    if (within && menu.contains(within)) continue;
    if (menu.contains(document.activeElement)) menu.querySelector("summary")?.focus();
    menu.removeAttribute("open");
  }
}

function Notes({ scene }: { scene: Scene }) {
  const { doc } = scene;
  const { drawn: some, samples } = doc.data;
  const drawn = some < samples ? [`${some} of ${samples} samples are drawn.`] : [];
  const notes = [...(doc.fit?.thinned ? [doc.fit.thinned] : []), ...drawn];
  return notes.length ? <p class="nw-faint">{notes.join(" ")}</p> : null;
}
