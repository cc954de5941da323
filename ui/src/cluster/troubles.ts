// What is wrong with a lab's nodes, counted: `1 stopped`, `2 cut`.
import type { Node } from "../views/lab_nodes/model.gen";

function trouble({ state, cut, heard }: Node): string | null {
  if (state === "stopped" || state === "paused" || state === "absent") return state;
  if (cut) return "cut";
  return heard === "silent" ? "silent" : null;
}

export function troubles(nodes: readonly Node[]): string[] {
  const found = new Map<string, number>();
  for (const node of nodes) {
    const word = trouble(node);
    if (word) found.set(word, (found.get(word) ?? 0) + 1);
  }
  return [...found].map(([word, times]) => `${times} ${word}`);
}
