// A run of the consistency bench that cannot be opened.
import type { UnreadableRun } from "../src/rpc/schema.gen";

/** A saved run whose file somebody changed. */
export const damaged = (experiment: number): UnreadableRun => ({
  folder: String(experiment),
  experiment,
  problem: {
    code: "storage",
    message: `/home/you/.local/share/pipewright/experiments/${experiment}/run.json is damaged.`,
    detail: "EOF while parsing an object at line 1 column 1",
    hint: "Remove the run, or restore the file from a copy.",
  },
});
