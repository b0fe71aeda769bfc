// What each column of a table is used as.

import type { Column, Table, TableSource } from "./api.ts";

export type Role = "feature" | "target" | "weights" | "";
export const ROLES: readonly (readonly [Role, string])[] = [
  ["feature", "feature"],
  ["target", "target"],
  ["weights", "weights"],
  ["", "not used"],
];

/** To begin with: the last column is learned from all others that one can learn from. */
export function usualRoles(columns: readonly Column[]): Role[] {
  const usable = (column: Column) => column.feature ?? (column.kind !== "labels" && column.distinct > 1);
  let target = columns.length - 1;
  while (target > 0 && columns[target].distinct < 2) target -= 1;
  return columns.map((column, i) => (i === target ? "target" : usable(column) ? "feature" : ""));
}

/** The roles kept for a table, if they still fit it. */
export function rolesOf(table: Table, kept: readonly Role[] | undefined): readonly Role[] {
  return kept?.length === table.columns.length ? kept : usualRoles(table.columns);
}

/** Roles with one of them changed; there is one column of weights at most. */
export function withRole(roles: readonly Role[], index: number, role: Role): Role[] {
  return roles.map((old, i) => (i === index ? role : role === "weights" && old === "weights" ? "" : old));
}

export function toSource(table: Table, roles: readonly Role[], task: string): TableSource {
  const named = (role: Role) => table.columns.filter((_, i) => roles[i] === role).map((column) => column.name);
  const weights = named("weights")[0];
  return {
    id: table.id,
    target: named("target"),
    features: named("feature"),
    ...(weights === undefined ? {} : { weights }),
    ...(task ? { task } : {}),
  };
}

export function fromSource(table: Table, source: TableSource): Role[] {
  return table.columns.map(({ name }) =>
    source.target.includes(name) ? "target"
    : source.weights === name ? "weights"
    : (source.features?.includes(name) ?? true) ? "feature"
    : "",
  );
}
