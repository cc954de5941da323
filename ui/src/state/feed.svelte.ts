// A subscription as state: the newest value, or why there is none. Opened while somebody shows it and the page is
// visible, and opened again after a problem.
import type { TypedPush } from "../rpc/client";
import type { Problem } from "../rpc/problem.gen";
import { asProblem } from "../rpc/problem";
import type { Clock } from "./clock.svelte";
import { inNextFrame } from "./frames";

const TRY_AGAIN = 2000;
/** Sentences change no faster than they can be read, or read aloud. */
const READABLE = 700;

/** Begins to follow, and gives back what ends it. */
export type Follow<T> = (on: (push: TypedPush<T>) => Promise<void>) => Promise<() => void>;

export class Feed<T extends object> {
  /** The newest value; stays while a problem is shown, so that a short one does not empty the screen. */
  value: T | null = $state.raw(null);
  /** Why there is no newer value. */
  problem: Problem | null = $state.raw(null);
  /** A view's summary. */
  summary = $state("");
  #heard = $state.raw({ now: 0, at: 0 });
  #saidAt = -Infinity;
  #later: ReturnType<typeof setTimeout> | undefined;
  #close: (() => void) | null = null;
  #round = 0;
  #again: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly follow: Follow<T>,
    private readonly clock: Clock,
  ) {}

  /** Now on the journal's clock: what ages are counted from. */
  get now(): number {
    const { now, at } = this.#heard;
    return now + Math.max(0, this.clock.tick - at);
  }

  /** Begins to follow. */
  open(): void {
    const round = ++this.#round;
    const current = () => round === this.#round;
    const take = (push: TypedPush<T>) =>
      inNextFrame(() => {
        if (current()) this.#take(push);
      });
    this.follow(take).then(
      (close) => {
        if (current()) this.#close = close;
        else close();
      },
      (error: unknown) => void take({ now: 0, value: null, problem: asProblem(error).problem }),
    );
  }

  /** Stops following. */
  close(): void {
    this.#round += 1;
    clearTimeout(this.#again);
    clearTimeout(this.#later);
    this.#close?.();
    this.#close = null;
  }

  #take({ now, value, problem }: TypedPush<T>): void {
    this.problem = problem;
    if (problem) {
      this.#again = setTimeout(() => {
        this.close();
        this.open();
      }, TRY_AGAIN);
      return;
    }
    this.value = value;
    this.#heard = { now, at: performance.now() };
    if (value && "summary" in value && typeof value.summary === "string") this.#say(value.summary);
  }

  #say(summary: string): void {
    clearTimeout(this.#later);
    const wait = this.#saidAt + READABLE - performance.now();
    if (wait > 0) {
      this.#later = setTimeout(() => this.#say(summary), wait);
      return;
    }
    this.#saidAt = performance.now();
    this.summary = summary;
  }
}
