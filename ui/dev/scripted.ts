// A host for tests: answers are given, pushes come when the test says so, and everything asked is written down.
import type { Connection, Host } from "../src/host/host";
import type { Problem } from "../src/rpc/problem.gen";
import { Client } from "../src/rpc/client";
import type { Push, Subscription } from "../src/rpc/schema.gen";
import type { Kind, ModelOf, PushOf, ToView } from "../src/state/kinds";

/** What a page is made with; tests of any folder take it from here. */
export { Client };

export class ScriptedHost implements Host {
  /** Commands asked for, in order. */
  readonly asked: [command: string, payload: unknown][] = [];
  /** What is followed now. */
  readonly followed = new Map<string, (push: Push) => Promise<void>>();
  #rev = 0;
  #watchers: ((connection: Connection) => void)[] = [];

  constructor(private readonly answers: { [command: string]: unknown } = {}) {}

  rpc(command: string, payload: unknown): Promise<unknown> {
    this.asked.push([command, payload]);
    const answer = this.answers[command];
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer ?? {});
  }

  subscribe(to: Subscription, onPush: (push: Push) => Promise<void>): Promise<() => void> {
    const key = JSON.stringify(to);
    this.followed.set(key, onPush);
    // An action ends as the test says, at once; where it says nothing, it goes on.
    if (to.to === "action" && this.answers["action"])
      void Promise.resolve().then(() => this.push(to, this.answers["action"]));
    return Promise.resolve(() => {
      if (this.followed.get(key) === onPush) this.followed.delete(key);
    });
  }

  watchConnection(on: (connection: Connection) => void): void {
    this.#watchers.push(on);
    on({ up: true });
  }

  /** The connection goes, or comes back. */
  connected(up: boolean): void {
    const connection: Connection = up ? { up } : { up, why: "It does not answer.", hint: "", attempt: 1 };
    for (const watcher of this.#watchers) watcher(connection);
  }

  /** Pushes a value; resolves when the page is through with it. */
  async push(to: Subscription, value: unknown, now = 0, problem: Problem | null = null): Promise<void> {
    const key = JSON.stringify(to);
    const onPush = this.followed.get(key);
    if (!onPush) throw new Error(`nobody follows ${key}; followed: ${[...this.followed.keys()].join(" ")}`);
    await onPush({ rev: ++this.#rev, now, value, problem });
  }

  /** Pushes a model and nothing beside it. */
  show<K extends Kind>(to: ToView<K>, model: ModelOf<K>, now = 0): Promise<void> {
    const table = { columns: [], rows: [] };
    const value: PushOf<K> = { model, table, summary: "", known: true, refusal: null, awaits: [] };
    return this.push(to, value, now);
  }
}
