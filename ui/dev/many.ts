// As much of everything as a picture must bear: names of 230 letters, 30 groups, 200 partitions, 90 DAGs.
import type { Model as Groups } from "../src/views/kafka_groups/model.gen";
import type { Model as Partitions } from "../src/views/kafka_partitions/model.gen";
import type { Model as Records } from "../src/views/kafka_records/model.gen";
import { dags as plainDags } from "./airflow/dags";
import { runs as plainRuns } from "./airflow/runs";
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

/** As long as Airflow takes ids. */
const ID = "weather_of_every_station_on_the_northern_coast.".repeat(6).slice(0, 250);
const dags = {
  ...plainDags,
  more: true,
  dags: Array.from({ length: 90 }, (_, index) => ({
    ...plainDags.dags[index % 6]!,
    dag_id: index === 1 ? ID : `dag_${index + 1}`,
    relative_fileloc: index === 1 ? `${ID.replaceAll(".", "/")}.py` : `dag_${index + 1}.py`,
    latest_run: index === 1 ? { dag_run_id: ID, state: "success" } : null,
  })),
  import_errors: (plainDags.import_errors ?? []).map((error) => ({ ...error, filename: `${ID}.py`, error: ID + ID })),
};
const runs = {
  ...plainRuns,
  tasks: plainRuns.tasks.map((task, index) => (index === 0 ? { ...task, task_id: ID } : task)),
  runs: plainRuns.runs.map((run, index) => ({
    ...run,
    dag_run_id: index === 0 ? ID : run.dag_run_id,
    conf: JSON.stringify({ station: ID, stations: ID.repeat(3) }),
    task_instances: run.task_instances.map((instance, place) => ({
      ...instance,
      task_id: place === 0 ? ID : instance.task_id,
      pool: ID,
    })),
  })),
};

export const models: Models = {
  airflow_dags: dags,
  airflow_runs: runs,
  kafka_records: records,
  kafka_partitions: partitions,
  kafka_groups: groups,
  cassandra_ring: ring,
  cassandra_replicas: replicas,
};
