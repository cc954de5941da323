// What is seldom on screen: an open transaction, members of one client id, what a replica holds as gone, a large key.
import type { Model as Groups } from "../src/views/kafka_groups/model.gen";
import type { Model as Partitions } from "../src/views/kafka_partitions/model.gen";
import type { Model as Records } from "../src/views/kafka_records/model.gen";
import type { Kind } from "../src/state/kinds";
import type { Model as Replicas } from "../src/views/cassandra_replicas/model.gen";
import { replicas as calm } from "./cassandra/replicas";
import { partitions as healthy } from "./partitions";
import { type Models, groups as plain, records as settled } from "./pictures";

/** A key of 900 kB, as every model carries it: its beginning, its length and its digest. */
const LARGE = { kind: "text" as const, text: "k".repeat(200), bytes: 900_000, digest: "ba7816bf8f01cfea" };

const records: Records = {
  ...settled,
  stored: null,
  found: 204,
  offsets: 224,
  keys_whole: false,
  partitions: settled.partitions.map((log, index) => ({
    ...log,
    stored: index === 2 ? log.stored : null,
    ...(index === 0 && { found: 199, log_end: 212, high_watermark: 212, open_from: 199 }),
    ...(index === 1 && { found: 3, log_end: 8, high_watermark: 8, open_from: 4 }),
    records: log.records
      .slice(0, index === 1 ? 3 : undefined)
      .map((record, place) => ({ ...record, ...(index === 0 && { offset: 193 + place }) }))
      .map((record, place) => (index === 1 && place === 2 ? { ...record, key: LARGE, sent: null } : record)),
  })),
};

const partitions: Partitions = {
  ...healthy,
  partitions: healthy.partitions.map((partition, index) => ({
    ...partition,
    last_stable: index === 0 ? 4 : partition.high_watermark,
  })),
};

const member = (index: number, apart: string, has: number[]) => ({
  member_id: `sensor-reader-${apart}-${index}`,
  client_id: "sensor-reader",
  apart,
  host: "/172.18.0.1",
  unread: null,
  partitions: has.map((partition) => ({ topic: "readings", partition })),
});

const groups: Groups = {
  groups: [
    {
      ...plain.groups[0]!,
      group: "dashboard",
      members: [member(1, "9c4e21aa", [0, 1]), member(2, "41d07b3f", [2]), member(3, "d02bb6f4", [])],
    },
    {
      ...plain.groups[0]!,
      group: "archive",
      members: [
        member(1, "9c4e21aa-77f1-4a0c-9a5e-0c6a2d1b7e01", [0, 1]),
        member(2, "9c4e21aa-77f1-4a0c-9a5e-0c6a2d1b7e02", [2]),
      ],
    },
  ],
};

const gone = (what: string, how: "deleted" | "expired" | "both" | "either") => ({
  what,
  deleted_at: "1795633082017000",
  how,
});

const replicas: Replicas = {
  ...calm,
  replicas: calm.replicas.map((replica, index) => ({
    ...replica,
    ...(index === 0 && {
      deletions: [gone("row 2026-11-20", "deleted"), gone("rows of a range", "deleted"), gone("v of row 5", "expired")],
      spent: 1,
    }),
    ...(index === 1 && {
      deletions: [
        ...["row 2026-11-20", "row 2026-11-21", "row 2026-11-22", "row 2026-11-23"].map((row) => gone(row, "deleted")),
        gone("temp_high of row 2026-11-19", "both"),
        gone("the partition", "either"),
      ],
      spent: 1204,
      behind: false,
      lacks: ["2026-11-26"],
    }),
    ...(index === 2 && {
      heard: "answering" as const,
      container: "running" as const,
      spent: 2,
      behind: null,
      exact: false,
    }),
  })),
};

const cell = `${"k".repeat(200)}… (900.0 kB, sha256 ba7816bf8f01cfea)`;

/** As the table of such records: one cell is as long as a model makes it, one is a name of 230 letters. */
export const table = {
  columns: [
    { name: "Partition", numeric: true },
    { name: "Offset", numeric: true },
    { name: "Key", numeric: false },
    { name: "Value", numeric: false },
    { name: "Read by", numeric: false },
  ],
  rows: [
    ["0", "193", "north", '{"n":1}', "reader-1"],
    ["1", "2", cell, '{"n":2}', "readings-of-every-station-".repeat(9).slice(0, 230)],
  ],
};

export const models: Models = {
  kafka_records: records,
  kafka_partitions: partitions,
  kafka_groups: groups,
  cassandra_replicas: replicas,
};

export const summaries: { [K in Kind]?: string } = {
  kafka_partitions:
    "readings: 3 partitions on 3 brokers, in sync; 24 offsets readable (19 with read_committed: a transaction is open).",
  kafka_records:
    "readings: 209 records read so far, from 209 of 224 offsets in 3 partitions. A transaction is open: from offset 199 in partition 0 and from offset 4 in partition 1 no record is shown before it ends.",
  kafka_groups:
    "The group dashboard is Stable with 3 members: sensor-reader 9c4e21aa has readings-0 and readings-1; sensor-reader 41d07b3f has readings-2; sensor-reader d02bb6f4 has nothing.",
};
