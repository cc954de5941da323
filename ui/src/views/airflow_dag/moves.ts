// Where an arrow key leads in the graph. Pure.

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

type Way = [x: number, y: number];

const WAYS: Record<string, Way> = {
  ArrowRight: [1, 0],
  ArrowLeft: [-1, 0],
  ArrowDown: [0, 1],
  ArrowUp: [0, -1],
};

const middle = ({ x, y, width, height }: Box) => ({ x: x + width / 2, y: y + height / 2 });

/** The nearest that lies that way; what lies aside counts as farther. */
function nearest(from: Box, [wx, wy]: Way, among: Iterable<[string, Box]>): string | null {
  const at = middle(from);
  let best: string | null = null;
  let least = Infinity;
  for (const [id, box] of among) {
    const to = middle(box);
    const along = (to.x - at.x) * wx + (to.y - at.y) * wy;
    const aside = Math.abs((to.x - at.x) * wy) + Math.abs((to.y - at.y) * wx);
    if (along < 2) continue;
    const far = along + aside * 2.5;
    if (far < least) [best, least] = [id, far];
  }
  return best;
}

/**
 * The task that a key leads to, none if it is no key of the graph. Left and right follow what waits for what, before what
 * only stands that way; where nothing does, the key leads nowhere.
 */
export function moved(
  id: string,
  key: string,
  tasks: ReadonlyMap<string, Box>,
  links: readonly { source: string; target: string }[],
): string | null {
  if (key === "Home") return [...tasks.keys()][0] ?? null;
  if (key === "End") return [...tasks.keys()].at(-1) ?? null;
  const [way, from] = [WAYS[key], tasks.get(id)];
  if (!way) return null;
  if (!from) return [...tasks.keys()][0] ?? null;
  const others = [...tasks].filter(([other]) => other !== id);
  if (way[0] !== 0) {
    const joined = new Set(
      links.flatMap(({ source, target }) =>
        way[0] > 0 ? (source === id ? [target] : []) : target === id ? [source] : [],
      ),
    );
    const next = nearest(
      from,
      way,
      others.filter(([other]) => joined.has(other)),
    );
    if (next !== null) return next;
  }
  return nearest(from, way, others) ?? id;
}
