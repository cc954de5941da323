// Made-up partitions: in health, and after a truncation.
import type { Model as Partitions, Partition, Replica } from "../src/views/kafka_partitions/model.gen";

const replica = (broker: number, end: number | null, hw = end, change: Partial<Replica> = {}): Replica => ({
  broker,
  node: `kafka-${broker}`,
  log_start: 0,
  log_end: end,
  high_watermark: hw,
  in_sync: true,
  says_leader: null,
  says_epoch: null,
  refused: null,
  heard: "answering",
  heard_at: 60_700,
  ...change,
});

const partition = (
  number: number,
  leader: number,
  replicas: Replica[],
  change: Partial<Partition> = {},
): Partition => ({
  partition: number,
  leader,
  leader_epoch: 0,
  isr: replicas.filter(({ in_sync }) => in_sync).map(({ broker }) => broker),
  elr: [],
  high_watermark: replicas.find(({ broker }) => broker === leader)?.high_watermark ?? null,
  last_stable: null,
  log_end: replicas.find(({ broker }) => broker === leader)?.log_end ?? null,
  said_by: "kafka-1",
  said_at: 60_500,
  replicas,
  cursors: [],
  ...change,
});

export const partitions: Partitions = {
  topic: "readings",
  exists: true,
  partition_count: 3,
  partitions: [
    partition(0, 1, [replica(1, 9), replica(2, 9), replica(3, 9)], {
      cursors: [{ group: "dashboard", offset: 9, lag: 0, gone: null, beyond: null }],
    }),
    partition(1, 2, [replica(2, 8), replica(3, 8, 7), replica(1, 8)], {
      cursors: [
        { group: "dashboard", offset: 5, lag: 3, gone: null, beyond: null },
        { group: "archive", offset: 0, lag: 8, gone: null, beyond: null },
      ],
    }),
    partition(2, 3, [replica(3, 7), replica(1, 7), replica(2, 7)]),
  ],
  truncations: [],
};

export const diverged: Partitions = {
  topic: "orders",
  exists: true,
  partition_count: 1,
  partitions: [
    partition(
      0,
      1,
      [
        replica(3, 49, 22, { in_sync: false, says_leader: 3, says_epoch: 0 }),
        replica(1, 42, 42, { says_leader: 1 }),
        replica(2, 42, 40, { heard: "silent", heard_at: 42_000, in_sync: false }),
      ],
      { leader_epoch: 1, elr: [2], cursors: [{ group: "billing", offset: 14, lag: 28, gone: null, beyond: null }] },
    ),
  ],
  truncations: [{ partition: 0, broker: 1, from: 31, to: 18, at: 20_000 }],
};
