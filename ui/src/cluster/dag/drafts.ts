// The texts of DAG files as they are written here, kept by the browser for each lab: what was not saved outlives the page.
import type { Dag, ImportError } from "../../views/airflow_dags/model.gen";

export interface Draft {
  /** What stands in the editor. */
  text: string;
  /** What was saved from here last; none before anything was. */
  saved: string | null;
  /** The newest text saved from here of which Airflow made DAGs; none while it is not known of any. */
  good: string | null;
}

export type Drafts = Readonly<Record<string, Draft>>;

const key = (lab: string) => `pipewright.dags.${lab}`;
const isText = (value: unknown) => value === null || typeof value === "string";

function isDraft(value: unknown): value is Draft {
  if (typeof value !== "object" || value === null) return false;
  const { text, saved, good } = value as Record<string, unknown>;
  return typeof text === "string" && isText(saved) && isText(good);
}

/** What is kept; nothing where it cannot be read. */
export function read(lab: string, store: Storage = localStorage): Drafts {
  try {
    const found: unknown = JSON.parse(store.getItem(key(lab)) ?? "{}");
    if (typeof found !== "object" || found === null) return {};
    return Object.fromEntries(Object.entries(found).filter((each): each is [string, Draft] => isDraft(each[1])));
  } catch {
    return {};
  }
}

/** Whether it is kept now: a store may be full, or forbidden. */
export function keep(lab: string, drafts: Drafts, store: Storage = localStorage): boolean {
  try {
    store.setItem(key(lab), JSON.stringify(drafts));
    return true;
  } catch {
    return false;
  }
}

export const begun = (text: string): Draft => ({ text, saved: null, good: null });

/** One that was read in the folder: it is saved, whoever wrote it. */
export const found = (text: string): Draft => ({ text, saved: text, good: null });

/** It would be lost: nothing else holds this text. */
export function unsaved({ text, saved }: Draft): boolean {
  return text !== saved;
}

/** What Airflow says of a file. */
export interface Said {
  /** None if it has no error of it; undefined while nobody told of errors. */
  error: ImportError | null | undefined;
  /** DAGs that it made of the file. */
  dags: readonly Dag[];
}

export function saidOf(file: string, dags: readonly Dag[], broken: readonly ImportError[] | null): Said {
  return {
    error: broken === null ? undefined : (broken.find(({ filename }) => filename === file) ?? null),
    dags: dags.filter(({ relative_fileloc, is_stale }) => relative_fileloc === file && !is_stale),
  };
}

/** What an action said that wrote a file: that Airflow made DAGs of it. */
export function madeDags(file: string, says: string): boolean {
  return (
    says.startsWith(`Airflow has read ${file}: `) && /^[1-9]/.test(says.slice(`Airflow has read ${file}: `.length))
  );
}

/** It was saved, and `says` is what came back. */
export function written(draft: Draft, file: string, text: string, says: string): Draft {
  return { ...draft, saved: text, good: madeDags(file, says) ? text : draft.good };
}

/** The text to go back to: one of which Airflow made DAGs, and that is not the one in the editor. */
export function lastGood({ text, good }: Draft): string | null {
  return good === text ? null : good;
}

/** Where the error stands in the text that was saved; an error of before this text was read is none of it. */
export function faultOf({ saved, good }: Draft, { error }: Said): { line: number; says: string } | null {
  if (!error || error.line === null || saved === null || saved === good) return null;
  return { line: error.line, says: error.error };
}

/** Why a name cannot be that of a new file; empty if it can. Airflow's action has the same rule. */
export function wrongName(file: string, taken: readonly string[]): string {
  if (!/^[A-Za-z0-9_][A-Za-z0-9_-]*\.py$/.test(file) || file.length > 100) {
    return "Letters, digits, `_` and `-`, and `.py` at the end: the name is a Python module's.";
  }
  return taken.includes(file) ? `There is ${file} already.` : "";
}

/** What stands beside the file: its place in the order of what a person must know. */
export function stateOf(draft: Draft | undefined, { error, dags }: Said): "unsaved" | "broken" | "read" | "unknown" {
  if (draft && unsaved(draft)) return "unsaved";
  if (error) return "broken";
  return error === null && dags.length > 0 ? "read" : "unknown";
}
