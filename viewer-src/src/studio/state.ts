// All the page knows, each thing a signal; what changes it stands in the files beside.

import { signal, type Signal } from "@preact/signals";
import type { FormInfo, Model, Progress, Run, Samples, Table } from "./api.ts";
import type { Sentence } from "./blame.ts";
import { createClient, type Client } from "./client.ts";
import type { Form } from "./form.ts";
import { NOWHERE, type Place } from "./place.ts";

/** What became of the last request: fine, nobody there, there again, or without a token. */
export type Connection = "fine" | "gone" | "back" | "locked";

export interface Active extends Progress {
  id: string;
}

export interface Studio {
  client: Client;
  info: Signal<FormInfo | null>;
  form: Signal<Form>;
  tables: Signal<readonly Table[]>;
  models: Signal<readonly Model[]>;
  runs: Signal<readonly Run[]>;
  /** Why the form cannot be trained as it is. */
  refused: Signal<Sentence | null>;
  /** Samples of the chosen source, to be looked at. */
  samples: Signal<Samples | null>;
  /** The run whose training is watched. */
  active: Signal<Active | null>;
  /** What a person should know, until something else is said. */
  said: Signal<string>;
  connection: Signal<Connection>;
  place: Signal<Place>;
  theme: Signal<"" | "light" | "dark">;
  /** Whether something is being uploaded. */
  busy: Signal<boolean>;
}

export function createStudio(token: string): Studio {
  const connection = signal<Connection>("fine");
  return {
    client: createClient(token, (how) => {
      if (how === "fine" && connection.peek() === "back") return;
      connection.value = how === "fine" && connection.peek() === "gone" ? "back" : how;
    }),
    info: signal(null),
    form: signal({} as Form),
    tables: signal([]),
    models: signal([]),
    runs: signal([]),
    refused: signal(null),
    samples: signal(null),
    active: signal(null),
    said: signal(""),
    connection,
    place: signal(NOWHERE),
    theme: signal(""),
    busy: signal(false),
  };
}

/** Change some fields of the form. */
export function change(studio: Studio, fields: Partial<Form>): void {
  studio.form.value = { ...studio.form.peek(), ...fields };
}

/** Change one setting of the training. */
export function changeSetting(studio: Studio, name: string, typed: Form["settings"][string]): void {
  change(studio, { settings: { ...studio.form.peek().settings, [name]: typed } });
}
