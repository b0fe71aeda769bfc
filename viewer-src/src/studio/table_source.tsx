// A table of one's own: bringing it, and saying what each column is for.

import type { Column, Table } from "./api.ts";
import { attributes, Field, refusalAt } from "./field.tsx";
import { bringTable, deleteTable } from "./lists.ts";
import { ROLES, rolesOf, withRole, type Role } from "./roles.ts";
import { Sketch } from "./sketch.tsx";
import { change, type Studio } from "./state.ts";

const TASKS: readonly (readonly [string, string])[] = [
  ["", "as the column tells"],
  ["regression", "numbers"],
  ["classification", "classes"],
];

export function TableSource({ studio }: { studio: Studio }) {
  const table = studio.tables.value.find(({ id }) => id === studio.form.value.table);
  return (
    <div>
      <label class="nws-drop">
        <input
          type="file"
          accept=".csv,.tsv,.tab,.txt,.parquet"
          onChange={(event) => {
            const file = event.currentTarget.files?.[0];
            event.currentTarget.value = "";
            if (file) void bringTable(studio, file);
          }}
        />
        <span>{studio.busy.value ? "Reading the table…" : "Choose or drop a CSV or Parquet file"}</span>
      </label>
      <p class="nw-error">{refusalAt(studio, "source.table")}</p>
      {studio.tables.value.length > 0 && <Kept studio={studio} table={table} />}
      {table && <Columns studio={studio} table={table} />}
      {table && <Sketch samples={studio.samples.value} />}
    </div>
  );
}

/** The tables that are there, one of them chosen. */
export function Kept({ studio, table }: { studio: Studio; table: Table | undefined }) {
  return (
    <div class="nws-row">
      <Field studio={studio} name="source.id" title="Table">
        <select
          {...attributes(studio, "source.id")}
          value={table?.id ?? ""}
          onChange={(event) => change(studio, { table: event.currentTarget.value })}
        >
          {!table && <option value="">choose one</option>}
          {studio.tables.value.map(({ id, name, rows }) => (
            <option value={id}>{`${name} · ${rows} rows`}</option>
          ))}
        </select>
      </Field>
      {table && (
        <button
          type="button"
          title="Runs made with it keep their own copy."
          onClick={() => deleteTable(studio, table.id)}
        >
          Remove table
        </button>
      )}
    </div>
  );
}

/** What each column of a table is for. */
export function Columns({ studio, table }: { studio: Studio; table: Table }) {
  const form = studio.form.value;
  const roles = rolesOf(table, form.roles[table.id]);
  const set = (index: number, role: Role) =>
    change(studio, { roles: { ...form.roles, [table.id]: withRole(roles, index, role) } });
  const labels = table.columns.some((_, i) => roles[i] === "target");
  return (
    <>
      {table.notes?.map((note) => <p class="nw-faint">{note}</p>)}
      <div class="nws-columns" role="group" aria-label="Columns of the table">
        {table.columns.map((column, i) => (
          <label key={i} class="nws-column">
            <span class="nws-column-name" title={column.name}>{column.name}</span>
            <small>{described(column)}</small>
            <select value={roles[i]} onChange={(event) => set(i, event.currentTarget.value as Role)}>
              {ROLES.map(([role, words]) => <option value={role}>{words}</option>)}
            </select>
          </label>
        ))}
      </div>
      {["target", "features", "weights"].map((name) => (
        <p class="nw-error">{refusalAt(studio, `source.${name}`)}</p>
      ))}
      {labels && (
        <Field studio={studio} name="source.task" title="Take the target as">
          <select
            {...attributes(studio, "source.task")}
            value={form.task}
            onChange={(event) => change(studio, { task: event.currentTarget.value })}
          >
            {TASKS.map(([task, words]) => <option value={task}>{words}</option>)}
          </select>
        </Field>
      )}
    </>
  );
}

function described({ kind, distinct, missing, unit }: Column): string {
  const parts = [unit && kind !== "dates" ? `${kind} in ${unit}` : kind, `${distinct} different`];
  return [...parts, ...(missing ? [`${missing} missing`] : [])].join(", ");
}
