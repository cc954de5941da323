// Kinds of view as types: which parameters each takes and what its model is. What the host pushes gets its type here.
import type { Client, TypedPush } from "../rpc/client";
import type { ViewPush, ViewRef } from "../rpc/schema.gen";

/**
 * Every kind of view by its name, as `{ params: Params; model: Model }`. Each folder of `views/` adds its own one in its
 * `index.ts`, so nobody lists them.
 */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type
export interface Kinds {}

/** The name of a kind of view. */
export type Kind = keyof Kinds;
/** What a kind takes. */
export type ParamsOf<K extends Kind> = Kinds[K]["params"];
/** What a kind shows. */
export type ModelOf<K extends Kind> = Kinds[K]["model"];

/** A view: its kind, and what that kind takes. */
export interface ViewOf<K extends Kind = Kind> {
  kind: K;
  with: ParamsOf<K>;
}

/** A push of a view of that kind. */
export interface PushOf<K extends Kind> extends Omit<ViewPush, "model"> {
  model: ModelOf<K>;
}

/** A subscription to a view. */
export interface ToView<K extends Kind = Kind> {
  to: "view";
  lab: string;
  view: ViewOf<K>;
}

/** Names a view of a lab; equal ones are one subscription. */
export function toView<K extends Kind>(lab: string, kind: K, params: ParamsOf<K>): ToView<K> {
  return { to: "view", lab, view: { kind, with: params } };
}

/** Follows a view. That its model is what its kind declares is taken on trust here, and nowhere else. */
export function followView<K extends Kind>(
  client: Client,
  to: ToView<K>,
  on: (push: TypedPush<PushOf<K>>) => Promise<void>,
): Promise<() => void> {
  return client.follow(to, (push) => on(push as TypedPush<PushOf<K>>));
}

/** A view as the text of a lesson names it: a linter checks lessons, and the host refuses a view that there is not. */
export function asTold(view: ViewRef): ViewOf {
  return view as ViewOf;
}
