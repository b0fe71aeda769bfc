// Runs and tables kept on the server: fetching, deleting, cancelling, bringing.

import type { Model, Run, Table } from "./api.ts";
import { telling } from "./connection.ts";
import type { Form } from "./form.ts";
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

export async function refreshModels(studio: Studio): Promise<void> {
  const models = await studio.client.get<Model[]>("/api/models");
  if (JSON.stringify(models) !== JSON.stringify(studio.models.peek())) studio.models.value = models;
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

/** Bring a table to the server; it becomes the source that is chosen, or what the model chosen is read on. */
export async function bringTable(studio: Studio, file: File): Promise<void> {
  studio.busy.value = true;
  const use: Partial<Form> = studio.form.peek().source === "model" ? { onTable: true } : { source: "table" };
  change(studio, use);
  studio.said.value = "";
  await telling(studio, async () => {
    const table = await studio.client.upload<Table>(`/api/tables?name=${encodeURIComponent(file.name)}`, file);
    studio.tables.value = [table, ...studio.tables.peek().filter(({ id }) => id !== table.id)];
    change(studio, { ...use, table: table.id });
  });
  studio.busy.value = false;
}

const MODEL = /\.(nodewise|onnx|keras|pt|pth|safetensors|h5|hdf5|pkl|pickle|joblib)$/i;

/** Bring whatever was dropped on the page: a model, by its ending, or a table. */
export function bring(studio: Studio, file: File): Promise<void> {
  return MODEL.test(file.name) ? bringModel(studio, file) : bringTable(studio, file);
}

/** Bring a trained model to the server; it becomes the source that is chosen. */
export async function bringModel(studio: Studio, file: File): Promise<void> {
  studio.busy.value = true;
  change(studio, { source: "model" });
  studio.said.value = "";
  await telling(studio, async () => {
    const { activation, outputActivation } = studio.form.peek();
    const words = new URLSearchParams({ name: file.name });
    // Only a file of weights leaves them open; others refuse to be told.
    if (/\.(pt|pth|safetensors)$/i.test(file.name)) {
      words.set("activation", activation);
      words.set("output_activation", outputActivation);
    }
    const model = await studio.client.upload<Model>(`/api/models?${words}`, file);
    studio.models.value = [model, ...studio.models.peek().filter(({ id }) => id !== model.id)];
    change(studio, { source: "model", model: model.id });
  });
  studio.busy.value = false;
}

export function deleteModel(studio: Studio, id: string): Promise<void> {
  return telling(studio, async () => {
    await studio.client.remove(`/api/models/${encodeURIComponent(id)}`);
    studio.models.value = studio.models.peek().filter((model) => model.id !== id);
  });
}

export function deleteTable(studio: Studio, id: string): Promise<void> {
  return telling(studio, async () => {
    await studio.client.remove(`/api/tables/${encodeURIComponent(id)}`);
    studio.tables.value = studio.tables.peek().filter((table) => table.id !== id);
  });
}
