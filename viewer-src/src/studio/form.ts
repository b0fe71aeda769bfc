// The form: what stands in its fields, and the request that makes.

import type { Body, FormInfo, Problem, Source, Table, Value } from "./api.ts";
import { fromSource as pointsFrom, toSource as pointsTo, type Points } from "./points.ts";
import { fromSource as rolesFrom, rolesOf, toSource as tableTo, type Role } from "./roles.ts";
import { isDefault, numberOr, toTyped, toValue, type Typed } from "./typed.ts";

export type SourceKind = "problem" | "table" | "points";

export interface Form {
  source: SourceKind;
  problem: string;
  /** Of each problem that was touched, what stands in its fields. */
  options: Readonly<Record<string, Readonly<Record<string, string>>>>;
  table: string;
  /** Of each table that was touched, by its id, one for each column. */
  roles: Readonly<Record<string, readonly Role[]>>;
  task: string;
  classes: boolean;
  curve: Points;
  plane: Points;
  settings: Readonly<Record<string, Typed>>;
  retrain: boolean;
}

/** The form as it is at first, or with what is still known of an earlier one. */
export function createForm(info: FormInfo, known: unknown = null): Form {
  const settings: Record<string, Typed> = {};
  for (const [name, setting] of Object.entries(info.settings)) settings[name] = toTyped(setting.kind, setting.default);
  const blank: Form = {
    source: "problem",
    problem: info.problems[0]?.name ?? "",
    options: {},
    table: info.tables[0]?.id ?? "",
    roles: {},
    task: "",
    classes: false,
    curve: [],
    plane: [],
    settings,
    retrain: false,
  };
  return isObject(known) ? merged(blank, known, info) : blank;
}

function merged(blank: Form, known: Record<string, unknown>, info: FormInfo): Form {
  const form: Record<string, unknown> = { ...blank };
  for (const [name, value] of Object.entries(blank)) {
    const old = known[name];
    if (typeof old === typeof value && Array.isArray(old) === Array.isArray(value)) form[name] = old;
  }
  const old = isObject(known.settings) ? known.settings : {};
  const same = (name: string) => typeof old[name] === typeof blank.settings[name];
  form.settings = Object.fromEntries(
    Object.keys(blank.settings).map((name) => [name, same(name) ? old[name] : blank.settings[name]]),
  );
  if (!info.problems.some(({ name }) => name === form.problem)) form.problem = blank.problem;
  return form as unknown as Form;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function problemOf(form: Form, info: FormInfo): Problem | undefined {
  return info.problems.find(({ name }) => name === form.problem);
}

/** What stands in a field of a problem. */
export function optionOf(form: Form, problem: Problem, option: string): string {
  return form.options[problem.name]?.[option] ?? String(problem.options[option]);
}

/** What keeps the form from being asked for, in a sentence, or "". */
export function unready(form: Form, tables: readonly Table[]): string {
  if (form.source === "table" && !tables.some(({ id }) => id === form.table)) return "Choose or drop a table first.";
  const points = form.classes ? form.plane : form.curve;
  if (form.source === "points" && points.length < 2) return "Click into the plane to put at least two points there.";
  if (form.source === "points" && form.classes && new Set(points.map(({ code }) => code)).size < 2) {
    return "Put points of both classes into the plane.";
  }
  return "";
}

/** The request the form makes; of the settings those that are not left as they are. */
export function bodyOf(form: Form, info: FormInfo, tables: readonly Table[]): Body {
  const settings: Record<string, Value> = {};
  for (const [name, setting] of Object.entries(info.settings)) {
    const typed = form.settings[name];
    if (typed === undefined || isDefault(setting, typed)) continue;
    settings[name] = toValue(setting.kind, typed) as Value;
  }
  return { source: sourceOf(form, info, tables), settings };
}

export function sourceOf(form: Form, info: FormInfo, tables: readonly Table[]): Source {
  if (form.source === "points") return { points: pointsTo(form.classes ? form.plane : form.curve, form.classes) };
  if (form.source === "table") {
    const table = tables.find(({ id }) => id === form.table);
    return { table: table ? tableTo(table, rolesOf(table, form.roles[table.id]), form.task) : { id: "", target: [] } };
  }
  const given: Record<string, Value> = {};
  const problem = problemOf(form, info);
  for (const [name, usual] of Object.entries(problem?.options ?? {})) {
    const value = numberOr(optionOf(form, problem as Problem, name));
    if (value !== "" && value !== usual) given[name] = value;
  }
  return { problem: { name: form.problem, ...given } };
}

/** The form that makes the request `body`, where its table is still there. */
export function formOf(body: Body, form: Form, info: FormInfo, tables: readonly Table[]): Form {
  const settings = Object.fromEntries(
    Object.entries(info.settings).map(([name, { kind, default: usual }]) => [
      name,
      toTyped(kind, name in body.settings ? body.settings[name] : usual),
    ]),
  );
  return { ...form, ...sourceFields(body.source, form, tables), settings };
}

function sourceFields(source: Source, form: Form, tables: readonly Table[]): Partial<Form> {
  if ("problem" in source) {
    const { name, ...given } = source.problem;
    const typed = Object.fromEntries(Object.entries(given).map(([option, value]) => [option, String(value)]));
    return { source: "problem", problem: name, options: { ...form.options, [name]: typed } };
  }
  if ("points" in source) {
    const { points, classes } = pointsFrom(source.points);
    return { source: "points", classes, ...(classes ? { plane: points } : { curve: points }) };
  }
  const table = tables.find(({ id }) => id === source.table.id);
  const roles = table ? { ...form.roles, [table.id]: rolesFrom(table, source.table) } : form.roles;
  return { source: "table", table: source.table.id, roles, task: source.table.task ?? "" };
}
