// What the UI needs from its host: requests, pushes, and whether the host is there. Nothing else may know
// whether this page lives in the desktop window or in a browser.
import type { Push, Subscription } from "../rpc/schema.gen";

/** Whether the application can be reached. */
export type Connection = { up: true } | { up: false; why: string; hint: string; attempt: number };

export interface Host {
  /** Asks for a command; rejects with a `Problem`. */
  rpc(command: string, payload: unknown): Promise<unknown>;
  /**
   * Follows a subscription until the returned function is called. A push is acknowledged when `onPush` is through with
   * it, and the next one comes only then. Rejects with a `Problem` if there is nothing to follow.
   */
  subscribe(to: Subscription, onPush: (push: Push) => Promise<void>): Promise<() => void>;
  /** Tells the connection now and whenever it changes. */
  watchConnection(on: (connection: Connection) => void): void;
}
