// What is said of a replica and of a cell.
import { ago } from "../../kit/format";
import { type Standing, standing } from "../standing";
import type { Cell, Model, Replica, Standing as CellStanding } from "./model.gen";

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
};

/** A word for how a cell stands; its age says the rest. */
export function cellWord({ standing }: Cell): string {
  return STANDING[standing];
}

export function verdict({ replicas, versions, agree }: Model): { words: string; tone: "ok" | "warn" | "plain" } {
  const known = replicas.filter((replica) => replica.known && replica.replica).length;
  const all = replicas.filter(({ replica }) => replica).length;
  if (versions === 0) return { words: "No replica has said yet what it holds.", tone: "plain" };
  if (agree) return { words: `All ${all === 1 ? "1 replica holds" : `${all} replicas hold`} the same.`, tone: "ok" };
  if (versions === 1)
    return { words: `${known} of ${all} replicas said what they hold, and that is the same.`, tone: "plain" };
  return { words: `${versions} different contents among ${known} replicas.`, tone: "warn" };
}
