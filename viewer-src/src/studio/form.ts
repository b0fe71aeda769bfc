// The form: what stands in its fields, and the request that makes.

import type { Body, FormInfo, Model, Problem, Source, Table, TableSource, Value } from "./api.ts";
import { fromSource as pointsFrom, toSource as pointsTo, type Points } from "./points.ts";
import { fromSource as rolesFrom, rolesOf, toSource as tableTo, type Role } from "./roles.ts";
import { isDefault, numberOr, toTyped, toValue, type Typed } from "./typed.ts";

export type SourceKind = "problem" | "table" | "points" | "model";

export interface Form {
  source: SourceKind;
  problem: string;
  /** Of each problem that was touched, what stands in its fields. */
  options: Readonly<Record<string, Readonly<Record<string, string>>>>;
  table: string;
  /** Of each table that was touched, by its id, one for each column. */
  roles: Readonly<Record<string, readonly Role[]>>;
  task: string;
  model: string;
  /** Whether a model is read on the table chosen, and not on points made for it. */
  onTable: boolean;
  /** What a file of weights does not hold: of all its hidden layers, and of its outputs. */
  activation: string;
  outputActivation: string;
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
    model: info.models?.[0]?.id ?? "",
    onTable: false,
    activation: "relu",
    outputActivation: "identity",
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
export function unready(form: Form, tables: readonly Table[], models: readonly Model[] = []): string {
  if (form.source === "model" && !models.some(({ id }) => id === form.model)) return "Choose or drop a model first.";
  const needsTable = form.source === "table" || (form.source === "model" && form.onTable);
  if (needsTable && !tables.some(({ id }) => id === form.table)) return "Choose or drop a table first.";
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
  if (form.source === "model") return { source: sourceOf(form, info, tables), settings };
  for (const [name, setting] of Object.entries(info.settings)) {
    const typed = form.settings[name];
    if (typed === undefined || isDefault(setting, typed)) continue;
    settings[name] = toValue(setting.kind, typed) as Value;
  }
  return { source: sourceOf(form, info, tables), settings };
}

export function sourceOf(form: Form, info: FormInfo, tables: readonly Table[]): Source {
  if (form.source === "points") return { points: pointsTo(form.classes ? form.plane : form.curve, form.classes) };
  if (form.source === "table") return { table: tableOf(form, tables) };
  if (form.source === "model") {
    return { model: { id: form.model, ...(form.onTable ? { table: tableOf(form, tables) } : {}) } };
  }
  const given: Record<string, Value> = {};
  const problem = problemOf(form, info);
  for (const [name, usual] of Object.entries(problem?.options ?? {})) {
    const value = numberOr(optionOf(form, problem as Problem, name));
    if (value !== "" && value !== usual) given[name] = value;
  }
  return { problem: { name: form.problem, ...given } };
}

function tableOf(form: Form, tables: readonly Table[]): TableSource {
  const table = tables.find(({ id }) => id === form.table);
  return table ? tableTo(table, rolesOf(table, form.roles[table.id]), form.task) : { id: "", target: [] };
}

/** The form that makes the request `body`, where its table is still there. */
export function formOf(body: Body, form: Form, info: FormInfo, tables: readonly Table[]): Form {
  const settings = Object.fromEntries(
    Object.entries(info.settings).map(([name, { kind, default: usual }]) => [
      name,
      toTyped(kind, name in body.settings ? body.settings[name] : usual),
    ]),
  );
  const fields = sourceFields(body.source, form, tables);
  // A model's request has no settings: those in the form stay as they are.
  return { ...form, ...fields, ...("model" in body.source ? {} : { settings }) };
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
  if ("model" in source) {
    const { id, table } = source.model;
    return { ...(table ? tableFields(table, form, tables) : {}), source: "model", model: id, onTable: Boolean(table) };
  }
  return { ...tableFields(source.table, form, tables), source: "table" };
}

function tableFields(given: TableSource, form: Form, tables: readonly Table[]): Partial<Form> {
  const table = tables.find(({ id }) => id === given.id);
  const roles = table ? { ...form.roles, [table.id]: rolesFrom(table, given) } : form.roles;
  return { table: given.id, roles, task: given.task ?? "" };
}
