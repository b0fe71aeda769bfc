// Light or dark: as chosen, else as the person's system has it.

import { computed, signal, type ReadonlySignal } from "@preact/signals";
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { DARK, LIGHT, type Theme } from "../draw/theme.ts";
import type { View } from "../state/view.ts";

const query = globalThis.matchMedia?.("(prefers-color-scheme: dark)");
/** Whether the person's system is dark. */
export const systemDark = signal(query?.matches ?? false);
query?.addEventListener("change", (event) => {
  systemDark.value = event.matches;
});

export function themeOf(view: View): ReadonlySignal<Theme> {
  return computed(() => {
    const chosen = view.theme.value;
    return (chosen === "" ? systemDark.value : chosen === "dark") ? DARK : LIGHT;
  });
}

export const ThemeContext = createContext<ReadonlySignal<Theme>>(signal(LIGHT));

export function useTheme(): ReadonlySignal<Theme> {
  return useContext(ThemeContext);
}
