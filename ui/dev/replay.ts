// A host that answers from stories. No engine, no server.
import type { Connection, Host } from "../src/host/host";
import type { Push, Subscription } from "../src/rpc/schema.gen";
import { story } from "./stories";

export class ReplayHost implements Host {
  #story;
  constructor(private readonly name: string) {
    this.#story = story(name);
  }

  async rpc(command: string, payload: unknown): Promise<unknown> {
    const answer = this.#story.answers[command];
    await new Promise((done) => setTimeout(done, 30));
    if (answer === undefined) return {};
    const value = typeof answer === "function" ? (answer as (payload: unknown) => unknown)(payload) : answer;
    if (value instanceof Error) throw value.cause;
    return value;
  }

  async subscribe(to: Subscription, onPush: (push: Push) => Promise<void>): Promise<() => void> {
    const now = to.to === "labs" || to.to === "jobs" ? 0 : 61_000;
    const push = (rev: number, value: unknown) => onPush({ rev, now, value, problem: null });
    setTimeout(() => void push(1, this.#story.pushed(to)), 10);
    const later = this.#story.later?.(to);
    if (later !== undefined) setTimeout(() => void push(2, later), 400);
    return () => undefined;
  }

  watchConnection(on: (connection: Connection) => void): void {
    const down: Connection = {
      up: false,
      why: "Pipewright does not answer.",
      hint: "Is `pipewright serve` still running?",
      attempt: 3,
    };
    on(this.name === "down" ? down : { up: true });
    // It goes while something is under way.
    if (this.name === "lost") setTimeout(() => on(down), 2000);
  }
}
