// What the picture of the pipeline says in words. Pure.
import { count, plural, span } from "../../kit/format";
import type { Form } from "../../kit/paint";
import type { Counts, Hop, Model, Source, Stage, StageId, StageNode, Waiting } from "./model.gen";

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
  const { stored: rows, unlogged, direct } = counts;
  const stored = rows === null || unlogged === null || direct === null ? null : Math.max(0, rows - unlogged - direct);
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

/** Singapore is so far ahead of UTC, all year. */
const SINGAPORE = 8 * 3_600_000;

/** `2024-01-02 14:05`, as Singapore's clocks show it. */
export const there = (at: number): string => new Date(at + SINGAPORE).toISOString().slice(0, 16).replace("T", " ");

/** What the source's clock shows now; what it showed when it was last told, while the source does not answer. */
export function sourceClock({ clock, heard, speed, said_at }: Source, now: number): string {
  const told = Date.parse(clock);
  if (Number.isNaN(told)) return "not known";
  return there(heard === "answering" ? told + Math.max(0, now - said_at) * speed : told);
}

/** How fast that clock is, in words. */
export function pace({ speed }: Source): string {
  if (speed === 1) return "as fast as ours";
  return `a day of it takes ${span(86_400_000 / speed)}`;
}

/** `12 forecasts were asked for: 11 answered 200, 1 answered 500`. */
export function asked({ requests, answers }: Source): string {
  const each = answers.map(({ status, answers }) => `${count(answers)} answered ${status}`);
  const were = requests === 1 ? "was" : "were";
  return `${plural(requests, "forecast")} ${were} asked for${each.length === 0 ? "" : `: ${each.join(", ")}`}`;
}

/** What spoils its answers. */
export function faultWords({ fault }: Source): string | null {
  if (!fault) return null;
  const left = fault.left === null ? "until it is ended" : `for the next ${plural(fault.left, "answer")}`;
  return `fault ${fault.name} ${left}; ${plural(fault.spoiled, "answer")} had it`;
}
