// Putting the viewer of a document into an element; what every host does.

import { effect } from "@preact/signals";
import { render } from "preact";
import type { Document } from "../core/document.ts";
import { fromAddress, restrict, toAddress } from "../state/address.ts";
import { createScene, firstAlong } from "../state/scene.ts";
import { createView, type View } from "../state/view.ts";
import { themeOf } from "../elements/theme_context.ts";
import { Viewer } from "../view/viewer.tsx";
import { addStyle } from "./style.ts";

export interface Keeper {
  /** The view as it was written last, or "". */
  read(): string;
  write(text: string): void;
  /** Called with what is to be done when the text has changed from outside; returns what ends that. */
  follow?(changed: () => void): () => void;
}

export interface Options {
  keeper?: Keeper;
  /** Of a host that says the verdict itself. */
  silent?: boolean;
  /** Called with "light" or "dark", so that a host can follow. */
  onTheme?(name: "light" | "dark"): void;
  /** Of a host with several views that are to move together: the signals they have in common. */
  shared?: Partial<View>;
}

/** Show a document in an element; returns what takes it away again. */
export function mount(element: Element, doc: Document, options: Options = {}): () => void {
  const { keeper, silent, onTheme, shared } = options;
  addStyle(element.getRootNode());
  const features = doc.network.feature_names.length;
  const view = { ...createView(features, firstAlong(doc)), ...shared };
  const initial = createView(features, firstAlong(doc));
  const reopen = (text: string) => {
    fromAddress(text, view, initial);
    restrict(view, initial, doc);
  };
  reopen(keeper?.read() ?? "");
  const scene = createScene(doc, view);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = effect(() => {
    const text = toAddress(view, initial);
    clearTimeout(timer);
    timer = setTimeout(() => keeper?.write(text), 200);
  });
  const theme = themeOf(view);
  const unlight = effect(() => onTheme?.(theme.value.dark ? "dark" : "light"));
  const unfollow = keeper?.follow?.(() => {
    const text = keeper.read();
    if (text !== toAddress(view, initial)) reopen(text);
  });
  render(<Viewer scene={scene} theme={theme} silent={silent} />, element);
  return () => {
    clearTimeout(timer);
    stop();
    unlight();
    unfollow?.();
    render(null, element);
    scene.end();
  };
}

/** Keeps a view in the address of the page, behind the #. */
export const addressKeeper: Keeper = {
  read: () => location.hash.slice(1),
  write(text) {
    if (location.protocol === "about:") return; // a frame made of text has no address of its own
    if (text === location.hash.slice(1)) return;
    history.replaceState(null, "", text ? `#${text}` : location.pathname + location.search);
  },
  follow(changed) {
    addEventListener("hashchange", changed);
    return () => removeEventListener("hashchange", changed);
  },
};
