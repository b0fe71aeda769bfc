// Runs and tables kept on the server: fetching, deleting, cancelling, bringing.

import type { Run, Table } from "./api.ts";
import { telling } from "./connection.ts";
import { NOWHERE } from "./place.ts";
import { change, type Studio } from "./state.ts";
import { forget, goTo } from "./opening.ts";

const path = (id: string) => `/api/runs/${encodeURIComponent(id)}`;

export async function refreshRuns(studio: Studio): Promise<void> {
  const runs = await studio.client.get<Run[]>("/api/runs");
  if (JSON.stringify(runs) !== JSON.stringify(studio.runs.peek())) studio.runs.value = runs;
}

export async function refreshTables(studio: Studio): Promise<void> {
  const tables = await studio.client.get<Table[]>("/api/tables");
  if (JSON.stringify(tables) !== JSON.stringify(studio.tables.peek())) studio.tables.value = tables;
}

export function cancelRun(studio: Studio, id: string): Promise<void> {
  return telling(studio, async () => {
    await studio.client.post(`${path(id)}/cancel`);
    await refreshRuns(studio);
  });
}

export function deleteRun(studio: Studio, id: string): Promise<void> {
  return telling(studio, async () => {
    await studio.client.remove(path(id));
    forget(id);
    const { run, beside } = studio.place.peek();
    if (run === id) goTo(studio, { ...NOWHERE, run: beside });
    else if (beside === id) goTo(studio, { ...studio.place.peek(), beside: "", besideView: "" });
    await refreshRuns(studio);
  });
}

/** Bring a file to the server; it becomes the source that is chosen. */
export async function bringTable(studio: Studio, file: File): Promise<void> {
  studio.busy.value = true;
  change(studio, { source: "table" });
  studio.said.value = "";
  await telling(studio, async () => {
    const table = await studio.client.upload<Table>(`/api/tables?name=${encodeURIComponent(file.name)}`, file);
    studio.tables.value = [table, ...studio.tables.peek().filter(({ id }) => id !== table.id)];
    change(studio, { source: "table", table: table.id });
  });
  studio.busy.value = false;
}

export function deleteTable(studio: Studio, id: string): Promise<void> {
  return telling(studio, async () => {
    await studio.client.remove(`/api/tables/${encodeURIComponent(id)}`);
    studio.tables.value = studio.tables.peek().filter((table) => table.id !== id);
  });
}
