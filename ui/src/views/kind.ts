// What a folder of views/ exports: how one kind of view is drawn, and where it stands. Table and summary come from Rust,
// made once for all.
import type { Component, Snippet } from "svelte";
import type { Kind, ModelOf, ParamsOf } from "../state/kinds";
import type { Look, Sights } from "../state/sight";

export interface PictureProps<Model, Params> {
  model: Model;
  params: Params;
  /** Now on the journal's clock; ages are this minus a `heard_at`. */
  now: number;
  /** Room for the picture, in pixels. */
  width: number;
  /** What a screen offers for one node. */
  tools?: Snippet<[node: string]> | undefined;
  /** Asks for other parameters, e.g. the next partitions. */
  onparams?: ((change: Partial<Params>) => void) | undefined;
  /** Looks at something that the picture shows, so that other pictures turn to it; none where no others do. */
  onlook?: ((at: Look) => void) | undefined;
}

/** Whose views stand together in the room Lab: those of the lab itself, or of one of its engines. */
export type Whose = keyof Sights;

/**
 * Where among them: the lab itself has two columns, the nodes' tools in the left one; an engine's panel has something of its
 * own, such as a choice of topics, and views above and below it.
 */
export type PartOf<W extends Whose> = W extends "lab" ? "left" | "right" : "above" | "below";

/** One in the views of one. */
export interface PlaceOf<W extends Whose, Params> {
  of: W;
  part: PartOf<W>;
  /** Its place in that part, from the top. Numbers leave room for what comes between. */
  order: number;
  /** What it shows of what is looked at; null while there is nothing it could show. */
  with: (sight: Sights[W]) => Params | null;
  /** More than this view depends on its parameters, so the picture offers no others. */
  fixed?: true;
}

/** A place in the room Lab. */
export type Place<Params> = { [W in Whose]: PlaceOf<W, Params> }[Whose];

export interface ViewKind<K extends Kind> {
  /** Its name, which is its folder's. */
  kind: K;
  /** The heading. */
  title: (params: ParamsOf<K>) => string;
  /** What to say while nothing was heard. */
  waiting: string;
  picture: Component<PictureProps<ModelOf<K>, ParamsOf<K>>>;
  /** What was asked for is only a part of the picture: where it is refused, the rest is drawn, and the picture says why. */
  drawsRefused?: true;
  /** Where it stands in the room Lab; null if it does not, because only lessons or other rooms show it. */
  inLab: Place<ParamsOf<K>> | null;
}

/** Checks a kind against what it declares in `Kinds`. */
export function viewKind<K extends Kind>(kind: K, says: Omit<ViewKind<K>, "kind">): ViewKind<K> {
  return { kind, ...says };
}
