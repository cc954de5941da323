// What takes its time: jobs of the host, and actions that were begun before the page was opened.
import type { ActionRunning, ActionStatus, JobInfo } from "../src/rpc/schema.gen";
import { LAB } from "./lesson";

export const job = (change: Partial<JobInfo> = {}): JobInfo => ({
  job: 1,
  title: "start kafka-3",
  lab: LAB,
  progress: {
    step: "build pipewright/kafka:4.3.1",
    detail: "Step 7/12 : RUN class-archive",
    done: 7,
    total: 12,
    unit: "steps",
  },
  steps: [{ number: 1, says: "let kafka-2 go on: it was paused", at: 900 }],
  stopping: false,
  stays: null,
  elapsed: 14_500,
  limit: 900_000,
  state: "running",
  problem: null,
  ...change,
});

export const removing = job({
  title: `remove ${LAB}`,
  progress: { step: "stop nodes", detail: "kafka-1, kafka-2, kafka-3", unit: "" },
  stays: "A removal that has begun cannot be cancelled: half a lab would be left.",
  limit: 180_000,
});

/** Begun before the page was opened. */
export const acting: { running: ActionRunning[]; status: { [id: number]: ActionStatus } } = {
  running: [
    { id: 8, action: { do: "docker.stop", node: "kafka-2" }, by_hand: [], began_at: 52_000 },
    { id: 9, action: { do: "kafka.produce", topic: "readings", count: 24 }, by_hand: [], began_at: 20_000 },
  ],
  status: {
    8: { state: "running", progress: { step: "", detail: "", unit: "" } },
    9: {
      state: "running",
      progress: { step: "send to readings", detail: "", done: 11, total: 24, unit: "acknowledged" },
    },
  },
};
