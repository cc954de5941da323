// Where changes lie on a strip of time. Pure.
import type { Entry } from "./model.gen";

/** The strip shows at least this much time. */
const SHORTEST = 60_000;

export interface Mark {
  entry: Entry;
  /** 0 to 1, from the left edge. */
  at: number;
}

export interface StripLayout {
  from: number;
  marks: Mark[];
}

/** Entries between the first one heard of and now; one mark per place, the newest and gravest wins. */
export function strip(entries: readonly Entry[], now: number, places: number): StripLayout {
  const from = Math.max(0, Math.min(entries[0]?.at ?? now, now - SHORTEST));
  const length = Math.max(1, now - from);
  const byPlace = new Map<number, Mark>();
  for (const entry of entries) {
    const at = Math.min(1, Math.max(0, (entry.at - from) / length));
    const place = Math.round(at * places);
    const there = byPlace.get(place);
    if (there && weight(there.entry) > weight(entry)) continue;
    byPlace.set(place, { entry, at });
  }
  return { from, marks: [...byPlace.values()] };
}

const weight = ({ mood }: Entry) => (mood === "bad" ? 2 : mood === "good" ? 1 : 0);

/** Entries with keys that stay the same while more come: one observation can make several. */
export function keyed(entries: readonly Entry[]): { key: string; entry: Entry }[] {
  let place = 0;
  return entries.map((entry, index) => {
    place = entries[index - 1]?.seq === entry.seq ? place + 1 : 0;
    return { key: `${entry.seq} ${place}`, entry };
  });
}
