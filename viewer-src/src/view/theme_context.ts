// Light or dark: as chosen, else as the person's system has it.

import { computed, signal, type ReadonlySignal } from "@preact/signals";
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { DARK, LIGHT, type Theme } from "../draw/theme.ts";
import type { View } from "../state/view.ts";

const query = globalThis.matchMedia?.("(prefers-color-scheme: dark)");
const system = signal(query?.matches ?? false);
query?.addEventListener("change", (event) => {
  system.value = event.matches;
});

export function themeOf(view: View): ReadonlySignal<Theme> {
  return computed(() => {
    const chosen = view.theme.value;
    return (chosen === "" ? system.value : chosen === "dark") ? DARK : LIGHT;
  });
}

export const ThemeContext = createContext<ReadonlySignal<Theme>>(signal(LIGHT));

export function useTheme(): ReadonlySignal<Theme> {
  return useContext(ThemeContext);
}
