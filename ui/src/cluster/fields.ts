// An action's JSON Schema as fields of a form, and the form's text as arguments of a call. Pure.
import type { ActionCall } from "../rpc/action.gen";

export interface Field {
  name: string;
  label: string;
  says: string;
  kind: "text" | "page" | "number" | "switch" | "choice" | "lines" | "json";
  required: boolean;
  choices: string[];
  min: number | undefined;
  max: number | undefined;
  /** What counts where nothing is given, as far as it can be said; shown, and never sent. */
  usual: string;
}

/** The two answers of a switch; the third is none. */
export const YES = "yes";
export const NO = "no";

interface Schema {
  type?: string | string[];
  description?: string;
  default?: unknown;
  enum?: unknown[];
  const?: unknown;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  $ref?: string;
  $defs?: Record<string, Schema>;
}

/** Follows references and leaves `null` out of alternatives. */
function resolve(schema: Schema, defs: Record<string, Schema>): Schema {
  if (schema.$ref) {
    const found = defs[schema.$ref.split("/").at(-1) ?? ""];
    return found ? { ...resolve(found, defs), ...without(schema) } : schema;
  }
  const real = schema.anyOf?.filter(({ type }) => type !== "null");
  if (real?.length === 1 && real[0]) return { ...resolve(real[0], defs), ...without(schema) };
  return schema;
}

const without = ({ $ref: _ref, anyOf: _anyOf, ...rest }: Schema): Schema => rest;

function choices(schema: Schema): string[] {
  const plain = schema.enum ?? schema.oneOf?.flatMap((one) => one.enum ?? (one.const === undefined ? [] : [one.const]));
  return (plain ?? []).filter((value) => value !== null).map(String);
}

/** A text that may be as long as this has lines, and every letter of it counts: a file. */
const PAGE = 10_000;

function kind(schema: Schema): Field["kind"] {
  const types = [schema.type ?? []].flat().filter((type) => type !== "null");
  if (choices(schema).length > 0) return "choice";
  if (types.includes("boolean")) return "switch";
  if (types.includes("integer") || types.includes("number")) return "number";
  if (types.includes("string")) return (schema.maxLength ?? 0) >= PAGE ? "page" : "text";
  if (types.includes("array") && [schema.items?.type].flat().includes("string")) return "lines";
  return "json";
}

function usual(schema: Schema, kind: Field["kind"]): string {
  const value = schema.default;
  if (value === undefined || value === null) return "";
  if (kind === "switch") return value ? YES : NO;
  // An empty list or object is nothing given.
  if (typeof value === "object") return Object.keys(value).length === 0 ? "" : JSON.stringify(value);
  return String(value as string | number);
}

/** The fields of an action in the order in which it declares them, required ones first. */
export function fields(params: unknown, order: readonly string[]): Field[] {
  const schema = (params ?? {}) as Schema;
  const required = new Set(schema.required ?? []);
  const all = Object.entries(schema.properties ?? {}).map(([name, raw]): Field => {
    const property = resolve(raw, schema.$defs ?? {});
    const of = kind(property);
    return {
      name,
      label: name.replaceAll("_", " "),
      says: property.description ?? "",
      kind: of,
      required: required.has(name),
      choices: choices(property),
      min: property.minimum,
      max: property.maximum,
      usual: usual(property, of),
    };
  });
  const place = ({ name, required }: Field) => (required ? 0 : order.length) + order.indexOf(name);
  return all.sort((a, b) => place(a) - place(b));
}

/** As many fields are seen without asking for more. */
const SEEN = 3;

/** A form's fields: the few that it begins with, every required one among them, and the others. */
export function parted(all: readonly Field[]): { first: Field[]; more: Field[] } {
  // A single field is not worth hiding.
  const seen = all.length === SEEN + 1 ? all.length : SEEN;
  const first = all.filter(({ required }, index) => required || index < seen);
  return { first, more: all.filter((field) => !first.includes(field)) };
}

/** A call, or what is wrong by field. */
export type Filled = { call: ActionCall } | { wrong: Record<string, string> };

/** Reads a filled form. What nobody filled is left out. */
export function fill(action: string, all: readonly Field[], texts: Record<string, string>): Filled {
  const call: ActionCall = { do: action };
  const wrong: Record<string, string> = {};
  for (const field of all) {
    const given = texts[field.name] ?? "";
    const text = field.kind === "page" ? given : given.trim();
    if (given.trim() === "") {
      if (field.required) wrong[field.name] = "This is needed.";
      continue;
    }
    try {
      call[field.name] = value(field, text);
    } catch (error) {
      wrong[field.name] = error instanceof Error ? error.message : String(error);
    }
  }
  return Object.keys(wrong).length > 0 ? { wrong } : { call };
}

function value(field: Field, text: string): unknown {
  switch (field.kind) {
    case "switch":
      return text === YES;
    case "number":
      return number(field, text);
    case "lines":
      return text
        .split("\n")
        .map((line) => line.trim())
        .filter(Boolean);
    case "json":
      return json(text);
    default:
      return text;
  }
}

function number({ min, max }: Field, text: string): number {
  const read = Number(text);
  if (!Number.isFinite(read)) throw new Error("This is not a number.");
  if (min !== undefined && read < min) throw new Error(`At least ${min}.`);
  if (max !== undefined && read > max) throw new Error(`At most ${max}.`);
  return read;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error("This is not JSON.");
  }
}
