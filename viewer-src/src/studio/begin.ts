// The beginning: what the server offers, what this page still knows, and what is watched from then on.

import type { FormInfo } from "./api.ts";
import { watchForm } from "./checking.ts";
import { telling, watchConnection } from "./connection.ts";
import { createForm, type Form } from "./form.ts";
import { refreshModels, refreshRuns, refreshTables } from "./lists.ts";
import { rememberedForm } from "./memory.ts";
import { followAddress } from "./opening.ts";
import type { Studio } from "./state.ts";
import { takeUp } from "./training.ts";

const CHOSEN = "nodewise-chosen";

export async function begin(studio: Studio): Promise<void> {
  followAddress(studio);
  const lists = () => Promise.all([refreshRuns(studio), refreshTables(studio), refreshModels(studio)]);
  const again = async () => {
    if (!studio.info.peek()) await offer(studio);
    await lists();
    takeUp(studio);
  };
  watchConnection(studio, () => void telling(studio, again), () => void lists().catch(() => {}));
  await telling(studio, again);
}

async function offer(studio: Studio): Promise<void> {
  const info = await studio.client.get<FormInfo>("/api/form");
  studio.tables.value = info.tables;
  studio.models.value = info.models ?? [];
  studio.form.value = chosenFirst(createForm(info, rememberedForm()), info);
  studio.info.value = info;
  watchForm(studio);
}

/** What the studio was started with is the source, unless this tab has seen that already. */
function chosenFirst(form: Form, { chosen }: FormInfo): Form {
  const text = JSON.stringify(chosen ?? null);
  try {
    if (sessionStorage.getItem(CHOSEN) === text) return form;
    sessionStorage.setItem(CHOSEN, text);
  } catch {
    // A browser that keeps nothing has no form of before either.
  }
  if (chosen?.table) return { ...form, source: "table", table: chosen.table };
  return chosen?.problem ? { ...form, source: "problem", problem: chosen.problem } : form;
}
