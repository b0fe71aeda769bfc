// Saving or copying a panel's picture as it is now.

import { useSignal, type ReadonlySignal } from "@preact/signals";
import type { Size } from "../draw/frame.ts";
import { pngBlob, svgBlob } from "../export/picture.ts";
import { download } from "../export/download.ts";
import type { Panel } from "../panels/panel.ts";
import type { Scene } from "../state/scene.ts";
import { useTheme } from "../elements/theme_context.ts";

interface Props {
  panel: Panel;
  scene: Scene;
  size: ReadonlySignal<Size>;
}

export function SaveMenu({ panel, scene, size }: Props) {
  const theme = useTheme();
  const said = useSignal("");
  const name = `${scene.doc.data.name}-${panel.id}`.replace(/[^\p{L}\p{N}._-]+/gu, "_");
  const menu: Record<string, () => Promise<void>> = panel.texts ? texts(panel.texts, scene, name) : {
    "Save PNG": async () => download(await pngBlob(panel, size.value, scene, theme.value), `${name}.png`),
    "Save SVG": async () => download(svgBlob(panel, size.value, scene, theme.value), `${name}.svg`),
    "Copy PNG": async () => {
      const item = new ClipboardItem({ "image/png": pngBlob(panel, size.value, scene, theme.value) });
      await navigator.clipboard.write([item]);
    },
    "Copy SVG": async () => {
      await navigator.clipboard.writeText(await svgBlob(panel, size.value, scene, theme.value).text());
    },
  };
  const run = (label: string) => async (event: Event) => {
    (event.currentTarget as Element).closest("details")?.removeAttribute("open");
    try {
      await menu[label]();
      said.value = label.startsWith("Copy") ? "Copied" : "Saved";
    } catch (error) {
      said.value = `Not done: ${error instanceof Error ? error.message : error}`;
    }
    setTimeout(() => (said.value = ""), 2500);
  };
  return (
    <details class="nw-menu">
      <summary>{said.value || "Save"}</summary>
      <div>
        {Object.keys(menu).map((label) => (
          <button type="button" onClick={run(label)}>
            {label}
          </button>
        ))}
      </div>
    </details>
  );
}

/** What is offered for a panel that has no picture. */
function texts(of: NonNullable<Panel["texts"]>, scene: Scene, name: string): Record<string, () => Promise<void>> {
  const entries = Object.entries(of).flatMap(([ending, { name: form, write }]) => [
    [`Copy ${form}`, () => navigator.clipboard.writeText(write(scene))] as const,
    [
      `Save ${form}`,
      async () => download(new Blob([write(scene)], { type: "text/plain" }), `${name}.${ending}`),
    ] as const,
  ]);
  return Object.fromEntries(entries);
}
