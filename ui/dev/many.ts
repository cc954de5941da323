// As much of everything as a picture must bear: names of 230 letters, 30 groups, 200 partitions.
import type { Model as Groups } from "../src/views/kafka_groups/model.gen";
import type { Model as Partitions } from "../src/views/kafka_partitions/model.gen";
import type { Model as Records } from "../src/views/kafka_records/model.gen";
import { replicas as calm, ring as three } from "./cassandra";
import { partitions as few } from "./partitions";
import { type Models, groups as plain, records as settled } from "./pictures";

export const LONG = "readings-of-every-station-".repeat(9).slice(0, 230);
const PARTITIONS = 200;
const SHOWN = 24;
const names = Array.from({ length: 30 }, (_, index) => (index === 0 ? LONG : `dashboard-${index + 1}`));

const partitions: Partitions = {
  ...few,
  partition_count: PARTITIONS,
  partitions: Array.from({ length: SHOWN }, (_, index) => ({
    ...few.partitions[index % 3]!,
    partition: index,
    cursors: names.map((group, place) => ({
      group,
      offset: place % 9,
      lag: 9 - (place % 9),
      gone: null,
      beyond: null,
    })),
  })),
};

const records: Records = {
  ...settled,
  topic: LONG,
  partition_count: PARTITIONS,
  partitions: Array.from({ length: SHOWN }, (_, index) => ({ ...settled.partitions[index % 3]!, partition: index })),
  groups: names.map((group) => ({ group, protocol: "classic", members: 1, committed: [{ partition: 0, offset: 4 }] })),
  readers: settled.readers.map((reader) => ({ ...reader, client: LONG, group: LONG })),
  writers: [{ client: LONG, acknowledged: 24, refused: 2, error: `Broker: Unknown topic ${LONG}` }],
};

const groups: Groups = {
  groups: names.map((group) => ({
    ...plain.groups[0]!,
    group,
    members: plain.groups[0]!.members.map((member) => ({ ...member, client_id: LONG })),
  })),
};

const long = "station_of_the_northern_coast_".repeat(8).slice(0, 230);
const ring = {
  ...three,
  keyspaces: [{ ...three.keyspaces[0]!, tables: [long.slice(0, 48), "by_region"] }],
  placement: { ...three.placement!, key: long },
};
const replicas = {
  ...calm,
  key: long,
  replicas: calm.replicas.map((replica) => ({
    ...replica,
    rows: replica.rows.map((row) => ({
      ...row,
      clustering: long,
      cells: row.cells.map((cell, index) =>
        index === 1
          ? { ...cell, column: long.slice(0, 90), value: { kind: "text" as const, text: long, bytes: 230 } }
          : cell,
      ),
    })),
  })),
};

export const models: Models = {
  kafka_records: records,
  kafka_partitions: partitions,
  kafka_groups: groups,
  cassandra_ring: ring,
  cassandra_replicas: replicas,
};
