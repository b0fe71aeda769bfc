// The viewer of one document within the page: put there, exchanged and taken away.

import { computed, effect, signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Document } from "../core/document.ts";
import { failed } from "../hosts/failed.ts";
import { mount, type Keeper } from "../hosts/mount.tsx";
import type { View } from "../state/view.ts";
import { createView } from "../state/view.ts";
import { noteViews } from "./opening.ts";
import { joined, only } from "./place.ts";
import type { Studio } from "./state.ts";

const ALWAYS = ["theme"];
const LINKED = ["snapshot"];
const LINKED_OF_SAME_DATA = ["x", "y", "along", "cursor"];

interface Props {
  studio: Studio;
  id: string;
  doc: Document;
  side: "view" | "besideView";
  /** Names of what this viewer shares with the one beside it; null for one that moves alone. */
  shared: readonly string[] | null;
}

export function Held({ studio, id, doc, side, shared }: Props) {
  const holder = useRef<HTMLDivElement>(null);
  const names = [...ALWAYS, ...(shared ?? [])];
  useEffect(() => {
    const element = holder.current as HTMLDivElement;
    let stop = () => {};
    try {
      const keeper = keeperOf(studio, side, names);
      stop = mount(element, doc, { keeper, shared: signalsOf(studio, names) });
    } catch (error) {
      failed(element, error);
    }
    const wait = setTimeout(() => element.style.removeProperty("min-height"), 300);
    return () => {
      clearTimeout(wait);
      // While one network takes the place of another the page keeps its height, or it would jump.
      element.style.minHeight = `${element.offsetHeight}px`;
      stop();
    };
  }, [id, doc, side, names.join()]);
  return <div ref={holder} class="nw-held" />;
}

/** What the views of two documents can share: the step always, the axes where they are the same. */
export function sharedBy(first: Document, second: Document): readonly string[] {
  const axes = ({ network }: Document) => JSON.stringify([network.feature_names, network.output_names]);
  return axes(first) === axes(second) ? [...LINKED, ...LINKED_OF_SAME_DATA] : LINKED;
}

const links = new WeakMap<Studio, View>();

/** The signals that views share by being the same. */
function signalsOf(studio: Studio, names: readonly string[]): Partial<View> {
  let all = links.get(studio);
  if (!all) links.set(studio, (all = { ...createView(1), theme: studio.theme, along: signal([0]) }));
  return Object.fromEntries(names.map((name) => [name, all[name as keyof View]]));
}

/** Keeps a view in the page's address; what is shared stands with the first run. */
function keeperOf(studio: Studio, side: Props["side"], shared: readonly string[]): Keeper {
  const text = computed(() => {
    const { view, besideView } = studio.place.value;
    return side === "view" ? view : joined(only(besideView, shared, true), only(view, shared));
  });
  const themed = () => {
    const theme = studio.theme.peek();
    const known = text.peek();
    return theme && !known.includes("theme=") ? joined(known, `theme=${theme}`) : known;
  };
  return {
    read: themed,
    write: (news) => noteViews(studio, side === "view" ? { view: news } : { besideView: only(news, shared, true) }),
    follow(changed) {
      let first = true;
      return effect(() => {
        void text.value;
        if (!first) setTimeout(changed);
        first = false;
      });
    },
  };
}
