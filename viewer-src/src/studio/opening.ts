// Which runs are shown, and their documents.

import { parse, type Document } from "../core/document.ts";
import { parsePlace, writePlace, type Place } from "./place.ts";
import type { Studio } from "./state.ts";

const MOST = 6; // documents kept, the last ones used
const documents = new Map<string, Document>();

export function knownDocument(id: string): Document | undefined {
  return documents.get(id);
}

export async function fetchDocument(studio: Studio, id: string): Promise<Document> {
  const known = documents.get(id);
  const doc = known ?? parse(await studio.client.bytes(`/api/runs/${encodeURIComponent(id)}/document`));
  documents.delete(id);
  documents.set(id, doc);
  if (documents.size > MOST) documents.delete(documents.keys().next().value as string);
  return doc;
}

export function forget(id: string): void {
  documents.delete(id);
}

/** Show other runs, so that the browser's way back leads to what was shown before. */
export function goTo(studio: Studio, place: Place): void {
  studio.place.value = place;
  const address = writePlace(place);
  if (address !== location.hash) history.pushState(null, "", address || location.pathname + location.search);
}

/** Note how the shown runs are looked at. */
export function noteViews(studio: Studio, views: Partial<Place>): void {
  const place = { ...studio.place.peek(), ...views };
  const address = writePlace(place);
  if (address === writePlace(studio.place.peek())) return;
  studio.place.value = place;
  history.replaceState(history.state, "", address || location.pathname + location.search);
}

/** Follow the address, now and whenever the person changes it. */
export function followAddress(studio: Studio): void {
  const read = () => {
    if (writePlace(studio.place.peek()) !== location.hash) studio.place.value = parsePlace(location.hash);
  };
  read();
  addEventListener("popstate", read);
  addEventListener("hashchange", read);
}
