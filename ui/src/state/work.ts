// What is said of long work wherever it is shown, be it an action in a lab or a job of the host: `kit/Work` shows it. While
// the host is not heard nobody knows how it goes on, so nothing goes on counting.
import type { Progress } from "../rpc/progress.gen";
import type { JobInfo } from "../rpc/schema.gen";
import type { Acting } from "./acting.svelte";
import type { App } from "./app.svelte";

interface Work {
  title: string;
  progress: Progress | null;
  /** Milliseconds. */
  elapsed: number;
  limit?: number;
  oncancel: () => void;
  stopping: boolean;
  stays?: string | null;
  steps?: readonly string[];
  unheard: boolean;
}

/** Of an action that runs. */
export function workOfAction({ clock, lostAt }: App, acting: Acting): Work {
  const until = Math.min(clock.tick, lostAt ?? Infinity);
  return {
    title: acting.label,
    progress: acting.progress,
    elapsed: Math.max(0, until - (acting.since ?? until)),
    oncancel: () => void acting.cancel(),
    stopping: acting.stopping,
    unheard: lostAt !== null,
  };
}

/** Of a job that runs. */
export function workOfJob({ client, lostAt }: App, info: JobInfo): Work {
  const { job, title, progress, elapsed, limit, stopping, stays } = info;
  // One that meanwhile has ended, or cannot be stopped any more, says so itself.
  const oncancel = () => void client.call("cancel_job", { job }).catch(() => undefined);
  const steps = info.steps.map(({ says }) => says);
  return { title, progress, elapsed, limit, oncancel, stopping, stays, steps, unheard: lostAt !== null };
}
