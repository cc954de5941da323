// What is said of a replica and of a cell.
import { ago, plural } from "../../kit/format";
import { type Standing, standing } from "../standing";
import type { Cell, Gone, Model, Replica, Standing as CellStanding } from "./model.gen";

/** A replica's state; one that is gone shows what it held when it was last asked. */
export function state(replica: Replica, now: number): Standing {
  const stands = standing(replica);
  if (replica.error !== null) return { words: "cannot say", form: "hatched", tone: "bad" };
  if (!replica.known) return { ...stands, words: `${stands.words}, never asked` };
  if (stands.form === "hatched") {
    const when = replica.heard_at === null ? "" : `, as it was ${ago(now, replica.heard_at)}`;
    return { ...stands, words: `${stands.words}${when}` };
  }
  if (replica.behind)
    return { words: stands.tone === "bad" ? `${stands.words}, behind` : "behind", form: "dashed", tone: "warn" };
  return stands;
}

const STANDING: Record<CellStanding, string> = {
  same: "",
  newest: "newest",
  older: "",
  missing: "missing",
  part: "a part of it",
  surplus: "too much",
  absent: "missing, or deleted",
  differs: "differs",
};

const GONE: Record<Gone, string> = {
  deleted: "deleted",
  expired: "expired",
  both: "deleted and expired",
  either: "deleted or expired",
};

/** A word for how a cell stands; its age says the rest. */
export function cellWord({ standing, gone }: Cell): string {
  const word = STANDING[standing];
  if (gone === null) return word;
  return standing === "older" ? `${GONE[gone]} earlier` : [GONE[gone], word].filter(Boolean).join(", ");
}

/** A replica without a row or cell that others have. */
export function without({ exact }: Replica): string {
  return exact ? "not here" : "missing, or deleted";
}

/** What it holds as deleted or expired besides single cells, a line each. */
export function deletions({ deletions: all, spent }: Replica): string[] {
  const of = (which: Gone) => all.filter(({ how }) => how === which).map(({ what }) => what);
  const said = (["deleted", "expired", "both", "either"] as const).map((how) => named(`${GONE[how]} here`, of(how)));
  if (spent > 0) said.push(`stores ${plural(spent, "deletion")} that no read counts any more (gc_grace_seconds)`);
  return said.filter(Boolean);
}

function named(label: string, all: readonly string[]): string {
  const more = all.length > 3 ? ` and ${all.length - 3} more` : "";
  return all.length === 0 ? "" : `${label}: ${all.slice(0, 3).join(", ")}${more}`;
}

export function verdict({ replicas, versions, agree }: Model): { words: string; tone: "ok" | "warn" | "plain" } {
  const known = replicas.filter((replica) => replica.known && replica.replica).length;
  const all = replicas.filter(({ replica }) => replica).length;
  if (versions === 0) return { words: "No replica has said yet what it holds.", tone: "plain" };
  if (agree) return { words: agreed(replicas, all), tone: "ok" };
  if (versions === 1)
    return { words: `${known} of ${all} replicas said what they hold, and that is the same.`, tone: "plain" };
  return { words: `${versions} different contents among ${known} replicas.`, tone: "warn" };
}

function agreed(replicas: readonly Replica[], all: number): string {
  const empty = replicas.every(({ rows, replica }) => !replica || rows.length === 0);
  if (all === 1) return empty ? "The only replica has no row." : "The only replica has it.";
  return empty ? `None of the ${all} replicas has a row.` : `All ${all} replicas hold the same.`;
}
