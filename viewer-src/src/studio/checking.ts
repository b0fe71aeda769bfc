// What follows when the form has changed: it is remembered, checked, drawn, and trained if that is wanted.

import { computed, effect, untracked } from "@preact/signals";
import type { Samples } from "./api.ts";
import { sentenceOf } from "./connection.ts";
import { bodyOf, sourceOf, unready } from "./form.ts";
import { rememberForm } from "./memory.ts";
import type { Studio } from "./state.ts";
import { train } from "./training.ts";

const PAUSE = 300; // milliseconds in which nothing more was typed

export function watchForm(studio: Studio): void {
  effect(() => rememberForm(studio.form.value));
  whenChanged(
    () => ready(studio) && JSON.stringify(bodyOf(studio.form.value, studio.info.value!, studio.tables.value)),
    () => (retrains(studio) ? train(studio, true) : check(studio)),
  );
  whenChanged(
    () => ready(studio) && JSON.stringify(sourceOf(studio.form.value, studio.info.value!, studio.tables.value)),
    () => look(studio),
    0,
  );
}

function ready(studio: Studio): boolean {
  return studio.info.value !== null && !unready(studio.form.value, studio.tables.value, studio.models.value);
}

function retrains(studio: Studio): boolean {
  const { retrain, source } = studio.form.peek();
  return retrain && source !== "model";
}

/** Do something once a text has become another one and stayed so for a while. */
function whenChanged(text: () => string | false, what: () => unknown, pause = PAUSE): void {
  const now = computed(text);
  let timer: ReturnType<typeof setTimeout> | undefined;
  effect(() => {
    const wanted = now.value !== false;
    clearTimeout(timer);
    if (wanted) timer = setTimeout(() => untracked(what), pause);
  });
}

let checks = 0;

async function check(studio: Studio): Promise<void> {
  checks += 1;
  const mine = checks;
  const body = bodyOf(studio.form.peek(), studio.info.peek()!, studio.tables.peek());
  try {
    await studio.client.post("/api/check", body);
    if (mine === checks) studio.refused.value = null;
  } catch (error) {
    if (mine === checks) studio.refused.value = sentenceOf(error);
  }
}

let looks = 0;

async function look(studio: Studio): Promise<void> {
  looks += 1;
  const mine = looks;
  const { form, info, tables, client } = studio;
  if (["points", "model"].includes(form.peek().source)) return; // which show no sketch
  const source = sourceOf(form.peek(), info.peek()!, tables.peek());
  const samples = await client.post<Samples>("/api/samples", { source }).catch(() => null);
  if (mine === looks) studio.samples.value = samples;
}
