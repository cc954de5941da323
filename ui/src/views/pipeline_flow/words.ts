// What the picture of the pipeline says in words. Pure.
import { count, plural, span } from "../../kit/format";
import type { Form } from "../../kit/paint";
import type { Counts, Hop, Model, Stage, StageId, StageNode, Waiting } from "./model.gen";

const NAMES: Record<StageId, string> = {
  collection: "Collection",
  ingestion: "Ingestion",
  storage: "Storage",
  computation: "Computation",
  consumption: "Consumption",
};

export const nameOf = (stage: StageId): string => NAMES[stage];

/** A number, or a mark that it is not known. */
export const known = (number: number | null): string => (number === null ? "?" : count(number));

/** How a container of a stage is drawn. */
export function standing({ state, heard }: StageNode): { words: string; form: Form } {
  if (state === null) return { words: "not known yet", form: "hatched" };
  if (state === "running") {
    return heard === "silent" ? { words: "does not answer", form: "dashed" } : { words: "runs", form: "outlined" };
  }
  return { words: state === "absent" ? "no container" : state, form: "hatched" };
}

/** `21 wait`, since when, and what stands in the way. `now`: by the engines' clock. */
export function waits({ records, oldest_at, because }: Waiting, now: number | null): string {
  const since = oldest_at !== null && now !== null ? `, the oldest for ${span(now - oldest_at)}` : "";
  return `${plural(records, "record")} ${records === 1 ? "waits" : "wait"}${since}${because === null ? "" : `: ${because}`}`;
}

/** Those that wait before a stage. */
export const before = (model: Model, { stage }: Stage): Waiting[] =>
  model.waiting.filter((waiting) => waiting.before === stage);

export interface Term {
  label: string;
  number: number | null;
  tone: "plain" | "ok" | "warn" | "bad";
}

/** What the records in Kafka became: each is one of these. */
export function becameOf(counts: Counts): Term[] {
  const tone = (number: number | null, other: Term["tone"]) => (number === null || number === 0 ? "plain" : other);
  const stored =
    counts.stored === null || counts.unlogged === null ? null : Math.max(0, counts.stored - counts.unlogged);
  return [
    { label: "with a row", number: stored, tone: tone(stored, "ok") },
    { label: "there before, by the same id", number: counts.duplicates, tone: tone(counts.duplicates, "warn") },
    { label: "not read yet", number: counts.unread, tone: "plain" },
    { label: "said to be stored, not looked for yet", number: counts.unseen, tone: "plain" },
    { label: "lost", number: counts.lost, tone: tone(counts.lost, "bad") },
  ];
}

/** How long a way takes. */
export function took({ of, p50, p99 }: Hop): string {
  if (p50 === null || p99 === null) return "not known yet";
  return `half within ${span(p50)}, 99 of 100 within ${span(p99)} (${plural(of, "time")})`;
}

/** The verdict on all counts. */
export function verdict(model: Model): { words: string; tone: "ok" | "bad" | "plain" } {
  if (model.agrees === true) return { words: "All counts agree: nothing is lost.", tone: "ok" };
  if (model.agrees === false) return { words: "The counts do not agree.", tone: "bad" };
  return { words: "Records are on their way, or not all is known yet.", tone: "plain" };
}
