// What a folder of views/ exports: how one kind of view is drawn. Table and summary come from Rust,
// made once for all.
import type { Component, Snippet } from "svelte";
import type { Kind, ModelOf, ParamsOf } from "../state/kinds";

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
}

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
}

/** Checks a kind against what it declares in `Kinds`. */
export function viewKind<K extends Kind>(kind: K, says: Omit<ViewKind<K>, "kind">): ViewKind<K> {
  return { kind, ...says };
}
