// Every kind of view that can be drawn: the folders beside this file, and nothing else lists them.
import type { Kind, ParamsOf, ViewOf } from "../state/kinds";
import type { Sights } from "../state/sight";
import type { PartOf, PlaceOf, ViewKind, Whose } from "./kind";

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

/** A view to be shown now. */
interface Placed {
  view: ViewOf;
  /** Its picture offers no other parameters. */
  fixed: boolean;
}

interface InPlace {
  kind: Kind;
  place: { of: Whose; order: number };
}

interface InPlaceOf<W extends Whose> extends InPlace {
  place: PlaceOf<W, ParamsOf<Kind>>;
}

/** Kinds with a place, in the order of their places. */
const inPlace: readonly InPlace[] = Object.values(kinds)
  .flatMap(({ kind, inLab }) => (inLab === null ? [] : [{ kind, place: inLab }]))
  .sort((a, b) => a.place.order - b.place.order);

const isOf =
  <W extends Whose>(of: W) =>
  (each: InPlace): each is InPlaceOf<W> =>
    each.place.of === of;

/** The views that stand in one part of the room Lab, from the top; without those that have nothing to show now. */
export function placed<W extends Whose>(of: W, part: PartOf<W>, sight: Sights[W]): Placed[] {
  return inPlace.filter(isOf(of)).flatMap(({ kind, place }) => {
    const params = place.part === part ? place.with(sight) : null;
    return params === null ? [] : [{ view: { kind, with: params }, fixed: place.fixed ?? false }];
  });
}
