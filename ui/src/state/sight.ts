// What is looked at in a lab, for forms and pictures that belong to one engine: names to offer and the ones chosen.
import type { Entry } from "../views/timeline/model.gen";

/** Something to look at, by the names that parameters of views have: `{ run: "lab-1", task: "extract" }`. */
export type Look = Readonly<Record<string, string | number | null>>;

/** What an engine's panel offers to the forms beside it. */
export interface Sight {
  /** Looks at something that a picture shows; none if pictures show nothing that others turn to. */
  readonly look?: (at: Look) => void;
  /** Names to offer while a field of this name is filled. */
  readonly offers: Readonly<Record<string, readonly string[]>>;
  /** What a field of this name holds at first: what is looked at. */
  readonly given: Readonly<Record<string, string>>;
}

/** What is looked at, by whose it is. An engine's sight adds itself where its class stands. */
export interface Sights {
  /** Of the lab itself: what its engines offer together. */
  lab: Sight;
}

/** Several engines' sights as one. */
export function together(sights: readonly Sight[]): Sight {
  return {
    offers: Object.assign({}, ...sights.map(({ offers }) => offers)) as Record<string, readonly string[]>,
    given: Object.assign({}, ...sights.map(({ given }) => given)) as Record<string, string>,
  };
}

/** The end of what is looked at: when, if it was told, and now, on the journal's clock. */
export interface Ended {
  at: number | null;
  now: number;
}

/** When it was deleted, if that is the newest change told of it. */
export function endedAt(entries: readonly Entry[], name: string | null): number | null {
  const newest = entries.findLast(({ about }) => about === name);
  return newest?.mood === "ended" ? newest.at : null;
}
