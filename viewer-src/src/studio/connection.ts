// Noticing that the server is gone, waiting for it, and taking up again where it was left.

import { effect } from "@preact/signals";
import { Gone, Refusal } from "./client.ts";
import type { Studio } from "./state.ts";

const FIRST = 400; // milliseconds between two questions, at first
const LONGEST = 4000;
const GREETING = 6000;
const LOOK = 4000;

/** Watch the connection; `again` is called when the server is back, and `look` now and then and at every return. */
export function watchConnection(studio: Studio, again: () => void, look: () => void): void {
  effect(() => {
    const now = studio.connection.value;
    if (now === "gone") void reconnect(studio);
    if (now !== "back") return;
    setTimeout(() => {
      if (studio.connection.peek() === "back") studio.connection.value = "fine";
    }, GREETING);
    again();
  });
  const looked = () => {
    if (!document.hidden && studio.connection.peek() !== "gone") look();
  };
  setInterval(looked, LOOK);
  addEventListener("focus", looked);
  document.addEventListener("visibilitychange", looked);
}

async function reconnect(studio: Studio): Promise<void> {
  for (let wait = FIRST; studio.connection.peek() === "gone"; wait = Math.min(LONGEST, 1.5 * wait)) {
    await new Promise((done) => setTimeout(done, wait));
    await studio.client.get("/api/alive").catch(() => {});
  }
}

/** What to say of an error of the client; nothing of a server that is gone, which the banner tells. */
export function sentenceOf(error: unknown): { text: string; field: string } | null {
  if (error instanceof Gone) return null;
  if (error instanceof Refusal) return { text: error.message, field: error.field };
  return { text: error instanceof Error ? error.message : String(error), field: "" };
}

/** Do something with the server; if it says no, say so. */
export async function telling(studio: Studio, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    studio.said.value = sentenceOf(error)?.text ?? "";
  }
}
