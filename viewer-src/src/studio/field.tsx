// A label, what is to be filled in, and the server's no beside it.

import type { ComponentChildren } from "preact";
import { fieldKey } from "./blame.ts";
import { optionOf, problemOf } from "./form.ts";
import type { Studio } from "./state.ts";
import { label } from "./words.ts";

export interface FieldProps {
  studio: Studio;
  /** Its key, as blame.ts names it. */
  name: string;
  title?: string;
  about?: string;
  wide?: boolean;
}

export function Field({ studio, name, title, about, wide, children }: FieldProps & { children: ComponentChildren }) {
  const refusal = refusalAt(studio, name);
  return (
    <div class={`nw-field${wide ? " nw-field-wide" : ""}`}>
      <label for={idOf(name)}>{title ?? label(name)}</label>
      {children}
      {about && <small id={`${idOf(name)}-about`}>{about}</small>}
      {refusal && (
        <p class="nw-error" id={`${idOf(name)}-error`}>
          {refusal}
        </p>
      )}
    </div>
  );
}

/** What the element to be filled in has in common with all others. */
export function attributes(studio: Studio, name: string) {
  const refusal = refusalAt(studio, name);
  return {
    id: idOf(name),
    "aria-invalid": refusal ? ("true" as const) : undefined,
    "aria-describedby": refusal ? `${idOf(name)}-error` : undefined,
  };
}

export function idOf(name: string): string {
  return `nw-field-${name}`;
}

/** Which field the refusal is shown at, or "". */
export function refusedField(studio: Studio): string {
  const [refused, info, form] = [studio.refused.value, studio.info.value, studio.form.value];
  if (!refused || !info) return "";
  const problem = form.source === "problem" ? problemOf(form, info) : undefined;
  const option = (name: string) => (problem && name in problem.options ? optionOf(form, problem, name) : undefined);
  return fieldKey(refused, form, option);
}

export function refusalAt(studio: Studio, name: string): string {
  return refusedField(studio) === name ? (studio.refused.value?.text ?? "") : "";
}
