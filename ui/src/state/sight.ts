// What is looked at in a lab, for forms and pictures that belong to one engine: names to offer and the ones chosen.

/** What an engine's panel offers to the forms beside it. */
export interface Sight {
  /** Names to offer while a field of this name is filled. */
  readonly offers: Readonly<Record<string, readonly string[]>>;
  /** What a field of this name holds at first: what is looked at. */
  readonly given: Readonly<Record<string, string>>;
}

/** Several engines' sights as one. */
export function together(sights: readonly Sight[]): Sight {
  return {
    offers: Object.assign({}, ...sights.map(({ offers }) => offers)) as Record<string, readonly string[]>,
    given: Object.assign({}, ...sights.map(({ given }) => given)) as Record<string, string>,
  };
}
