// Edges that join a group: from its last tasks, or to its first ones. Pure.
import type { Frame, Item, Link } from "./arrange";

export interface Joined {
  link: Link;
  /** The task itself; of a group those after which nothing of it comes. */
  sources: string[];
  /** The task itself; of a group those before which nothing of it comes. */
  targets: string[];
}

/** The tasks that each group holds, also those in groups within it. */
function within(items: readonly Item[], frames: readonly Frame[]): Map<string, Set<string>> {
  const parents = new Map(frames.map(({ id, parent }) => [id, parent]));
  const held = new Map<string, Set<string>>();
  for (const { id, group } of items) {
    const seen = new Set<string>();
    for (let at = group; at !== null && !seen.has(at); at = parents.get(at) ?? null) {
      seen.add(at);
      held.set(at, (held.get(at) ?? new Set()).add(id));
    }
  }
  return held;
}

/** Those of these links whose ends are there. */
export function membersOf(items: readonly Item[], frames: readonly Frame[], links: readonly Link[]): Joined[] {
  const ids = new Set(items.map(({ id }) => id));
  const held = within(items, frames);
  const all = (id: string): ReadonlySet<string> => (ids.has(id) ? new Set([id]) : (held.get(id) ?? new Set()));
  const apart = links.map(({ source, target }) => [all(source), all(target)] as const);
  const some = (of: ReadonlySet<string>, inside: ReadonlySet<string>) => [...of].some((each) => inside.has(each));
  const found = new Map<string, string[]>();
  const edge = (id: string, side: 0 | 1): string[] => {
    if (ids.has(id)) return [id];
    const known = found.get(`${side} ${id}`) ?? outermost(id, side);
    found.set(`${side} ${id}`, known);
    return known;
  };
  /** Tasks of a group that none of it comes after (side 0), or before (side 1). */
  const outermost = (id: string, side: 0 | 1): string[] => {
    const group = all(id);
    const inner = apart.filter((ends) => some(ends[0], group) && some(ends[1], group));
    const outer = [...group].filter((task) => !inner.some((ends) => ends[side].has(task)));
    return outer.length > 0 ? outer : [...group];
  };
  return links
    .map((link) => ({ link, sources: edge(link.source, 0), targets: edge(link.target, 1) }))
    .filter(({ sources, targets }) => sources.length > 0 && targets.length > 0);
}
