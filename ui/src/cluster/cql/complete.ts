// What can be written at a place in a statement, from the schema as the nodes tell it. Pure.
import { bare } from "./statement";

export interface Keyspace {
  name: string;
  tables: readonly string[];
  columns: readonly { table: string; name: string; kind: string; cql_type: string }[];
}

export interface Offer {
  label: string;
  kind: "keyword" | "keyspace" | "table" | "column";
  /** What it is, in a few words. */
  detail: string;
}

export interface Offers {
  /** Where the word that is completed begins. */
  from: number;
  offers: Offer[];
}

const KEYWORDS =
  "ALLOW FILTERING ALTER AND APPLY BATCH AS ASC BEGIN BY CLUSTERING ORDER COUNT CREATE DELETE DESC DISTINCT DROP EXISTS FROM IF IN INSERT INTO JSON KEY KEYSPACE LIMIT LOGGED NOT NULL PER PARTITION PRIMARY REPLICATION SELECT SET STATIC TABLE TIMESTAMP TOKEN TRUNCATE TTL UNLOGGED UPDATE USE USING VALUES WHERE WITH WRITETIME".split(
    " ",
  );
/** A table's name comes next. */
const TABLE_NEXT = /\b(from|into|update|table|truncate|exists)\s+$/i;
const KEYSPACE_NEXT = /\b(keyspace|use)\s+$/i;

/** Offers at a place; none where nothing was begun and nobody asked. */
export function complete(text: string, place: number, schema: readonly Keyspace[], asked: boolean): Offers | null {
  const before = bare(text).slice(0, place);
  const word = /[A-Za-z_][\w]*$/.exec(before)?.[0] ?? "";
  const from = place - word.length;
  const head = before.slice(0, from);
  const qualifier = /([A-Za-z_]\w*)\.$/.exec(head)?.[1];
  if (word === "" && !asked && qualifier === undefined) return null;
  const offers = pick(head, qualifier, text, schema).filter(({ label }) =>
    label.toLowerCase().startsWith(word.toLowerCase()),
  );
  return offers.length > 0 ? { from, offers } : null;
}

function pick(head: string, qualifier: string | undefined, text: string, schema: readonly Keyspace[]): Offer[] {
  if (qualifier !== undefined) {
    return tables(schema.filter(({ name }) => name === qualifier)).map((offer) => ({
      ...offer,
      label: offer.label.slice(qualifier.length + 1),
    }));
  }
  if (KEYSPACE_NEXT.test(head)) return keyspaces(schema);
  if (TABLE_NEXT.test(head)) return [...tables(schema), ...keyspaces(schema)];
  return [...columns(text, schema), ...keywords()];
}

const keywords = (): Offer[] => KEYWORDS.map((label) => ({ label, kind: "keyword", detail: "" }));

const keyspaces = (schema: readonly Keyspace[]): Offer[] =>
  schema.map(({ name }) => ({ label: name, kind: "keyspace", detail: "keyspace" }));

const tables = (schema: readonly Keyspace[]): Offer[] =>
  schema.flatMap(({ name, tables }) =>
    tables.map((table): Offer => ({ label: `${name}.${table}`, kind: "table", detail: "table" })),
  );

/** Columns of the tables that the text names; of all where it names none. */
function columns(text: string, schema: readonly Keyspace[]): Offer[] {
  const words = new Set(bare(text).toLowerCase().split(/\W+/));
  const all = schema.flatMap((keyspace) => keyspace.columns.map((column) => ({ ...column, keyspace: keyspace.name })));
  const named = all.filter(({ table }) => words.has(table.toLowerCase()));
  const found = new Map<string, Offer>();
  for (const { name, kind, cql_type } of named.length > 0 ? named : all) {
    const role = kind === "regular" ? "" : `, ${kind.replaceAll("_", " ")}`;
    if (!found.has(name)) found.set(name, { label: name, kind: "column", detail: `${cql_type}${role}` });
  }
  return [...found.values()];
}
