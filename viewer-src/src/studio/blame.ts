// At which field a refusal is shown.

import type { Form } from "./form.ts";

export interface Sentence {
  text: string;
  field: string;
}

/** Fields of the source are named "source.NAME", for a problem has a seed and so has the training. */
export function fieldKey(refused: Sentence, form: Form, option: (name: string) => string | undefined): string {
  const { field, text } = refused;
  const typed = option(field);
  if (typed === undefined) return field in form.settings ? field : field ? `source.${field}` : "";
  if (!(field in form.settings)) return `source.${field}`;
  return saysGot(text, typed) && !saysGot(text, String(form.settings[field])) ? `source.${field}` : field;
}

function saysGot(text: string, typed: string): boolean {
  const got = text.split("Got ").at(-1) ?? "";
  return got.startsWith(`${typed}.`) || got.startsWith(`'${typed}'`);
}
