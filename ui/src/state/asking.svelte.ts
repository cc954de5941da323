// A command for a button: whether it runs, and its result.
import { asProblem } from "../rpc/problem";
import type { Problem } from "../rpc/problem.gen";

export class Asking<T = unknown> {
  /** When it began, on the page's clock; none while nothing runs. */
  since: number | null = $state(null);
  answer: T | null = $state.raw(null);
  problem: Problem | null = $state.raw(null);

  get running(): boolean {
    return this.since !== null;
  }

  /** Asks, unless it is at it already. True if it was answered well. */
  async ask(question: () => Promise<T>): Promise<boolean> {
    if (this.since !== null) return false;
    this.since = performance.now();
    this.problem = null;
    try {
      this.answer = await question();
      return true;
    } catch (error) {
      this.answer = null;
      this.problem = asProblem(error).problem;
      return false;
    } finally {
      this.since = null;
    }
  }
}
