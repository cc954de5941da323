// What is said of a DAG and of a file that could not be imported.
import { plural } from "../../kit/format";
import type { Dag, ImportError, Model } from "./model.gen";

interface Mark {
  words: string;
  means: string;
  tone: "ok" | "warn" | "bad" | "plain";
}

/** What sets a DAG apart from one whose runs are made and begin; nothing where nothing does. */
export function marks({ is_paused, is_stale, has_import_errors }: Dag): Mark[] {
  return [
    has_import_errors
      ? {
          words: "import error",
          means: "Its file cannot be imported now: what is shown of it is from before.",
          tone: "bad" as const,
        }
      : null,
    is_stale ? { words: "stale", means: "Its file is gone, or no longer defines it.", tone: "warn" as const } : null,
    is_paused
      ? {
          words: "paused",
          means: "The scheduler starts no run of it, and no task of its runs.",
          tone: "warn" as const,
        }
      : null,
  ].filter((mark) => mark !== null);
}

/** When its runs are made. */
export function schedule({ timetable_summary }: Dag): string {
  return timetable_summary ?? "only when triggered";
}

/** `weather.py, line 3`. */
export function where({ filename, line }: ImportError): string {
  return line === null ? filename : `${filename}, line ${line}`;
}

/** The kind of error and what it says: `NameError` and `name 'x' is not defined`; no kind where it names none. */
export function parted(error: string): [kind: string, says: string] {
  const found = /^((?:[A-Za-z_]\w*\.)*[A-Za-z_]\w*): ([\s\S]+)$/.exec(error);
  return found ? [found[1] ?? "", found[2] ?? ""] : ["", error];
}

/** The whole in a few words. */
export function heading({ dags, more, import_errors }: Model): string {
  const all = more ? `More than ${plural(dags.length, "DAG")}` : plural(dags.length, "DAG");
  if (import_errors === null) return `${all}; import errors were not told yet.`;
  if (import_errors.length === 0) return `${all}; every file could be imported.`;
  return `${all}; ${plural(import_errors.length, "file")} could not be imported.`;
}
