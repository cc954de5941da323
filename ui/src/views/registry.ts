// Every kind of view that can be drawn: the folders beside this file, and nothing else lists them.
import type { Kind } from "../state/kinds";
import type { ViewKind } from "./kind";

type ByName = { readonly [K in Kind]?: ViewKind<K> };

const found = import.meta.glob<ByName[Kind]>("./*/index.ts", { eager: true, import: "default" });

/** By folder. */
const kinds = Object.fromEntries(
  Object.entries(found).map(([path, kind]) => [path.split("/")[1] ?? "", kind]),
) as ByName;

/** How a kind is drawn; none if it is known in Rust alone, and then its table is shown. */
export function drawing<K extends Kind>(kind: K): ViewKind<K> | null {
  return kinds[kind] ?? null;
}

/** The names of their folders. */
export const drawn = Object.keys(kinds) as readonly Kind[];
