// Every kind of view that can be drawn: the folders beside this file, and nothing else lists them.
import type { ViewKind } from "./kind";

const found = import.meta.glob<ViewKind<unknown, unknown>>("./*/index.ts", { eager: true, import: "default" });

const kinds = new Map(Object.entries(found).map(([path, kind]) => [path.split("/")[1] ?? "", kind]));

/** How a kind is drawn; none if it is known in Rust alone, and then its table is shown. */
export function drawing(kind: string): ViewKind<unknown, unknown> | null {
  return kinds.get(kind) ?? null;
}

export const drawn: readonly string[] = [...kinds.keys()];
