// Training what the form says, watching it, and showing what came of it.

import type { Progress, Run } from "./api.ts";
import { isOver } from "./api.ts";
import { sentenceOf, telling } from "./connection.ts";
import { bodyOf, unready } from "./form.ts";
import { refreshRuns } from "./lists.ts";
import { fetchDocument, goTo } from "./opening.ts";
import { NOWHERE, only } from "./place.ts";
import type { Studio } from "./state.ts";

// What of a view still makes sense for another network, and what only for one of the same data.
const ANY_NETWORK = ["theme", "level", "turn"];
const SAME_DATA = [...ANY_NETWORK, "x", "y", "along", "output"];

const unwanted = new Set<string>();
let turn = 0;
let trained = ""; // the source trained on last, as text

/** Train what the form says; `instead`: in place of what is training now. */
export async function train(studio: Studio, instead = false): Promise<void> {
  const info = studio.info.peek();
  if (!info) return;
  const [form, tables] = [studio.form.peek(), studio.tables.peek()];
  const sentence = unready(form, tables, studio.models.peek());
  if (sentence) {
    studio.refused.value = { text: sentence, field: "source" };
    return;
  }
  turn += 1;
  const mine = turn;
  if (instead) await dropActive(studio);
  if (mine !== turn) return;
  const body = bodyOf(form, info, tables);
  const source = JSON.stringify(body.source);
  try {
    const { id } = await studio.client.post<Run>("/api/runs", body);
    studio.refused.value = null;
    studio.said.value = "";
    if (mine !== turn) return drop(studio, id);
    const keep = source === trained ? SAME_DATA : ANY_NETWORK;
    trained = source;
    await follow(studio, id, only(studio.place.peek().view, keep));
  } catch (error) {
    if (mine === turn) studio.refused.value = sentenceOf(error);
  }
}

/** Watch a run until it is over and show it then, unless another one is watched by that time. */
export async function follow(studio: Studio, id: string, view = ""): Promise<void> {
  let last: Progress = { state: "waiting", step: 0, steps: null, loss: null };
  studio.active.value = { id, ...last };
  const watched = () => studio.active.peek()?.id === id;
  try {
    for await (last of studio.client.lines(`/api/runs/${encodeURIComponent(id)}/progress`)) {
      if (watched()) studio.active.value = { id, ...last };
    }
  } catch (error) {
    if (watched()) studio.active.value = null;
    throw error;
  }
  if (unwanted.delete(id)) return void (await discard(studio, id));
  // Fetched before it is shown: until then the run before it stays.
  const fetched = watched() && last.state !== "failed" ? fetchDocument(studio, id).catch(() => {}) : null;
  const list = refreshRuns(studio);
  await fetched;
  if (watched()) goTo(studio, { ...NOWHERE, run: id, view });
  await list;
  if (watched()) studio.active.value = null;
}

/** Take up what was being watched before the page was loaded again or the server came back. */
export function takeUp(studio: Studio): void {
  const { run } = studio.place.peek();
  const open = studio.runs.peek().filter(({ state }) => !isOver(state));
  const wanted = open.find(({ id }) => id === run) ?? (run ? undefined : open[0]);
  if (wanted && studio.active.peek() === null) void telling(studio, () => follow(studio, wanted.id));
}

export function cancelActive(studio: Studio): Promise<void> {
  return telling(studio, async () => {
    const active = studio.active.peek();
    if (active) await studio.client.post(`/api/runs/${encodeURIComponent(active.id)}/cancel`);
  });
}

async function dropActive(studio: Studio): Promise<void> {
  const active = studio.active.peek();
  if (!active || isOver(active.state)) return;
  unwanted.add(active.id);
  await cancelActive(studio);
}

/** Call off a run nobody will look at. */
async function drop(studio: Studio, id: string): Promise<void> {
  unwanted.add(id);
  await studio.client.post(`/api/runs/${encodeURIComponent(id)}/cancel`);
  for await (const _ of studio.client.lines(`/api/runs/${encodeURIComponent(id)}/progress`));
  unwanted.delete(id);
  await discard(studio, id);
}

async function discard(studio: Studio, id: string): Promise<void> {
  await studio.client.remove(`/api/runs/${encodeURIComponent(id)}`).catch(() => {});
  await refreshRuns(studio);
}
