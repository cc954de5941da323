// Settings in the order in which they are worth reading. Pure.
import type { Setting } from "./model.gen";

/** The lab changes it. */
export function changed({ why, default: standard }: Setting): boolean {
  return why !== null || standard !== null;
}

/** Settings that the lab changes come first, then by name. */
export function ordered(settings: readonly Setting[]): Setting[] {
  return [...settings].sort((a, b) => Number(changed(b)) - Number(changed(a)) || a.name.localeCompare(b.name));
}
