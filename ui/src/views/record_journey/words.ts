// What the picture of a record's journey says in words. Pure.
import { span } from "../../kit/format";
import { since } from "../airflow_times";
import type { Hop, Model, Named, Standing } from "./model.gen";

const STANDINGS: Record<Standing, { words: string; tone: "ok" | "warn" | "bad" | "plain" }> = {
  found: { words: "there", tone: "ok" },
  waits: { words: "not yet", tone: "warn" },
  missing: { words: "not there", tone: "bad" },
  unknown: { words: "not known", tone: "plain" },
};

export const standing = ({ standing }: Hop) => STANDINGS[standing];

/** `7.3 s after the hop before`. */
export const tookWords = ({ took }: Hop): string => (took === null ? "" : `${span(took)} after the hop before`);

/** A record in a list: its id, and how old it is. `now`: by the engines' clock. */
export function choice({ record, at }: Named, now: number | null): string {
  return at === null ? record : `${record}, ${since(now, at)}`;
}

/** How far the record came. */
export function verdict({ hops, read, same }: Model): { words: string; tone: "ok" | "bad" | "plain" } {
  const found = hops.filter(({ standing }) => standing === "found").length;
  const at = `Found at ${found} of ${hops.length} hops`;
  if (read === 0) return { words: `${at}; its content was read at none`, tone: "plain" };
  if (same < read) return { words: `${at}; another content at ${read - same} of ${read}`, tone: "bad" };
  return { words: `${at}; the same content at all ${read} at which it was read`, tone: "ok" };
}
