// The notebook: what anywidget asks of a module. https://anywidget.dev/en/afm/

import { parse } from "../core/document.ts";
import { failed } from "./failed.ts";
import { mount } from "./mount.tsx";

interface Model {
  get(name: "document"): DataView | undefined;
  get(name: "view"): string;
  set(name: string, value: unknown): void;
  save_changes(): void;
  on(event: string, call: () => void): void;
  off(event: string, call: () => void): void;
}

export function render({ model, el }: { model: Model; el: HTMLElement }): () => void {
  keepKeys(el);
  const given = model.get("document");
  try {
    if (!given) throw new Error("The notebook sent no document; run the cell again.");
    // A copy, because numbers must lie at multiples of their size.
    const bytes = new Uint8Array(given.buffer, given.byteOffset, given.byteLength).slice();
    return mount(el, parse(bytes), {
      keeper: {
        read: () => model.get("view"),
        write(text) {
          if (text === model.get("view")) return;
          model.set("view", text);
          model.save_changes();
        },
        follow(changed) {
          model.on("change:view", changed);
          return () => model.off("change:view", changed);
        },
      },
    });
  } catch (error) {
    failed(el, error);
    return () => el.replaceChildren();
  }
}

/** Keep keys pressed in the viewer from the notebook, where "x" cuts the cell and an arrow leaves it. */
function keepKeys(el: HTMLElement): void {
  el.dataset.lmSuppressShortcuts = "true"; // JupyterLab's keys are taken on their way down, unless this is said
  el.addEventListener("keydown", (event) => event.stopPropagation());
}
