// Situations to look at: what each command answers and what each subscription pushes.
import type { JobInfo, LabInfo, Session, Subscription, ViewRef } from "../src/rpc/schema.gen";
import { type Kind, asTold } from "../src/state/kinds";
import { LAB, cassandraText, done, session, text, tracks } from "./lesson";
import * as bench from "./bench";
import { damaged } from "./damaged";
import * as cassandra from "./cassandra";
import * as airflow from "./airflow";
import { airflowLab, cassandraLab, lab } from "./labs";
import { actions, stacks } from "./offered";
import * as many from "./many";
import { diverged, partitions } from "./partitions";
import * as pictures from "./pictures";
import * as rare from "./rare";
import { failed, gone, refused } from "./troubles";
import { acting, job, removing } from "./work";

/** What the folds made of their journals: `?story=journals`. */
const folded = import.meta.glob<{ model: unknown; table: unknown; summary: string; known: boolean }>(
  "../../crates/lab-views/src/kinds/*/model.json",
  { eager: true, import: "default" },
);

const journal = ({ kind }: ViewRef) => folded[`../../crates/lab-views/src/kinds/${kind}/model.json`];

interface Story {
  answers: { [command: string]: unknown };
  pushed: (to: Subscription) => unknown;
  /** What is pushed a moment later; none where nothing changes. */
  later?: (to: Subscription) => unknown;
}

const SUMMARIES: { [K in Kind]?: string } = {
  kafka_partitions: "readings has 3 partitions and 24 records; kafka-1, kafka-2 and kafka-3 lead one each.",
  kafka_records:
    "24 records lie in 3 partitions; reader-1 read 24, 3 of them out of sending order, none within a partition.",
  kafka_groups: "dashboard: 3 members share 3 partitions, lag 3.",
  kafka_cluster: "2 of 3 brokers answer; node 100 is the active controller.",
  lab_nodes: "4 containers: 3 run, kafka-2 is paused, kafka-3 is cut off.",
  timeline: "9 changes; the newest: orders-0 in sync: 1.",
  cassandra_ring: "3 members; cassandra-1 and cassandra-2 believe cassandra-3 down.",
  cassandra_replicas:
    "Of 3 replicas cassandra-1 holds the newest, cassandra-2 has no row, cassandra-3 is 5 min behind.",
  cassandra_request: "A read at QUORUM through cassandra-1: digests differed, 1 repair, answered after 4.2 ms.",
  cassandra_requests: "2006 requests: 1992 ok, 12 timed out, 1 unavailable, 1 without connection.",
  cassandra_hints: "1.2 MB of hints wait for cassandra-3.",
  cassandra_storage: "27 SSTables on 3 nodes; a compaction runs on cassandra-1.",
  cassandra_settings: "4 settings, 2 of them changed by the lab.",
  ...airflow.summaries,
};

/** What is made up for a view; where nothing is, what the fold made of its journal. */
function picture(view: ViewRef, stack: string, name: string): unknown {
  const { kind } = asTold(view);
  const params = view.with;
  const models: pictures.Models = {
    kafka_partitions: params["topic"] === "orders" ? diverged : partitions,
    kafka_records: pictures.records,
    kafka_groups: pictures.groups,
    kafka_cluster: pictures.cluster,
    lab_nodes: pictures.nodes,
    timeline: pictures.timeline,
    ...cassandra.models,
    ...airflow.models,
    ...(params["dag"] === "three_hundred" ? airflow.large : {}),
    ...(name === "unknown" ? airflow.unknown : {}),
    ...(params["keyspace"] === "six" ? { cassandra_ring: cassandra.ring6 } : {}),
    ...(params["keyspace"] === "many" ? { cassandra_ring: cassandra.ring16 } : {}),
    ...(stack === "kafka-3" ? { lab_nodes: pictures.nodes } : {}),
    ...(stack === "airflow-1" ? { lab_nodes: airflow.nodes } : {}),
    ...(name === "rare" ? rare.models : name === "many" ? many.models : {}),
  };
  if (!models[kind]) return journal(view);
  if (name === "rare")
    return {
      model: models[kind],
      table: rare.table,
      summary: rare.summaries[kind] ?? SUMMARIES[kind] ?? "",
      known: true,
    };
  const table = {
    columns: [
      { name: "partition", numeric: true },
      { name: "leader", numeric: false },
    ],
    rows: [
      ["0", "kafka-1"],
      ["1", "kafka-2"],
    ],
  };
  return { model: models[kind], table, summary: SUMMARIES[kind] ?? "", known: true };
}

/** The same with names as long as Kafka allows them: no screen may become wider by one. `?story=long`. */
function withLongNames<T>(value: T): T {
  const long = "readings-of-every-station-".repeat(10).slice(0, 249);
  if (value === undefined || typeof value === "function") return value;
  return JSON.parse(JSON.stringify(value).replace(/\breadings\b/g, long)) as T;
}

export function story(name: string): Story {
  if (name !== "long") return shortStory(name);
  const { answers, pushed } = shortStory("lab");
  return {
    answers: Object.fromEntries(Object.entries(answers).map(([command, answer]) => [command, withLongNames(answer)])),
    pushed: (to) =>
      withLongNames(pushed(JSON.parse(JSON.stringify(to).replace(/readings-of[^"]*/g, "readings")) as Subscription)),
  };
}

function shortStory(name: string): Story {
  const running: { [name: string]: LabInfo[] } = {
    fresh: [],
    starting: [lab(LAB, "starting")],
    failed: [],
    two: [lab("pipewright-kafka-3"), lab("pipewright-kafka-3-2")],
    journals: [lab("pipewright-kafka-3"), cassandraLab("pipewright-cassandra-3"), airflowLab("pipewright-airflow-1")],
    rare: [lab("pipewright-kafka-3"), cassandraLab("pipewright-cassandra-3")],
    many: [lab("pipewright-kafka-3"), cassandraLab("pipewright-cassandra-3"), airflowLab("pipewright-airflow-1")],
    lab: [lab("pipewright-kafka-3"), lab(LAB)],
    gone: [lab("pipewright-kafka-3")],
    other: [cassandraLab("pipewright-cassandra-3")],
    cassandra: [cassandraLab("pipewright-cassandra-3"), cassandraLab(LAB)],
    airflow: [airflowLab("pipewright-airflow-1")],
    unknown: [airflowLab("pipewright-airflow-1")],
  };
  const jobsOf: { [name: string]: JobInfo[] } = {
    starting: [job()],
    failed: [job({ state: "failed", problem: failed })],
    acting: [removing],
    lost: [removing],
  };
  const jobs = jobsOf[name] ?? [];
  const sessions: { [name: string]: Session } = {
    starting: session("starting"),
    done: session("ready", done),
    earlier: session("ready", { ...done, checks: done.checks!.map((check) => ({ ...check, evidence: null })) }),
    predicted: session("ready", { chosen: 1 }),
    refused: session("ready", { chosen: 1 }),
    failed: { ...session(null), problem: failed },
  };
  return {
    answers: {
      about: { version: "0.1.0", data_dir: "/home/me/.local/share/pipewright" },
      stacks,
      actions,
      lessons: tracks,
      lesson: name === "cassandra" ? cassandraText : text,
      doctor:
        name === "noengine"
          ? {
              healthy: false,
              engines: [
                {
                  address: "unix:///var/run/docker.sock",
                  via: "default",
                  answers: false,
                  says: "No such file or directory",
                  chosen: false,
                },
              ],
              findings: [
                { name: "engine", ok: false, says: "No container engine answers.", hint: "Start Docker or Podman." },
              ],
            }
          : { healthy: true, engines: [], findings: [] },
      experiment_plan_check: bench.check,
      experiment_begin: { experiment: 8, job: 9 },
      experiments: {
        runs: [bench.info(8, "running"), bench.info(7), bench.info(6, "unfinished")],
        unreadable: [damaged(5)],
      },
      experiment: ({ experiment }: { experiment: number }) => bench.run(experiment),
      experiment_trials: bench.trials,
      experiment_replays: [
        {
          cell: "rf3-stop-whole-ONE-ONE",
          of: 4,
          at: 0,
          lab: "pipewright-cassandra-3",
          trial: {
            ...bench.trials[3]!,
            write: { ...bench.trials[3]!.write, trace: "5f755d10" },
          },
        },
      ],
      experiment_compare: bench.comparison,
      experiment_verify: { holds: true, cells: 27, of_cells: 27, trials: 540, findings: [] },
      act:
        name === "refused"
          ? refused
          : {
              id: 3,
              by_hand: ["kafka-console-producer.sh --bootstrap-server 127.0.0.1:29091 --topic readings"],
            },
    },
    ...(name === "gone" && { later: gone }),
    pushed(to) {
      if (to.to === "labs") return running[name] ?? [lab(LAB)];
      if (to.to === "jobs") return jobs;
      if (to.to === "action" && (name === "acting" || name === "lost")) return acting.status[to.id];
      if (to.to === "action") return { state: "done", says: "24 records acknowledged by their leaders." };
      if (to.to === "session") return sessions[name] ?? session("ready");
      if (to.to === "actions") return name === "acting" || name === "lost" ? acting.running : [];
      if (name === "journals") return journal(to.view);
      return picture(to.view, running[name]?.find((each) => each.lab === to.lab)?.stack ?? "kafka-3", name);
    },
  };
}
