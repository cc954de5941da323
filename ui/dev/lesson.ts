// A made-up lesson and its session.
import type { LessonText, Session, StepState, TrackInfo } from "../src/rpc/schema.gen";
import type { Kind, ParamsOf, ViewOf } from "../src/state/kinds";

export const LAB = "pipewright-learn-kafka-3";

export const tracks: TrackInfo[] = [
  {
    id: "kafka",
    title: "Kafka",
    says: "The log that everything else hangs on.",
    stage: "ingestion",
    lessons: [
      {
        id: "kafka/first-topic",
        title: "A topic is partitions",
        goal: "Where records lie, and in which order they can be read.",
        minutes: 15,
        stack: "kafka-3",
        steps: 5,
        done: 2,
      },
      {
        id: "kafka/acked-but-lost",
        title: "Acknowledged, and gone",
        goal: "What an acknowledgement promises, and what it does not.",
        minutes: 20,
        stack: "kafka-3",
        steps: 5,
        done: 0,
      },
    ],
  },
];

export const view = <K extends Kind>(kind: K, params: ParamsOf<K>): ViewOf<K> => ({ kind, with: params });

export const text: LessonText = {
  info: tracks[0]!.lessons[0]!,
  track: "Kafka",
  place: [1, 2],
  lab: LAB,
  next: "kafka/acked-but-lost",
  steps: [
    "A topic on three brokers",
    "Where do records go?",
    "In which order are they read?",
    "Reading consumes nothing",
    "A group divides partitions",
  ].map((title, index) => ({
    id: `step-${index + 1}`,
    title,
    html: "<p>The topic <code>readings</code> has three partitions. Each lies on three brokers; one of them <b>leads</b>.</p><p>We now send 24 readings from four stations. Each carries the name of its station as its <b>key</b>.</p>",
    after_html:
      "<p>Records with the same key lie in the same partition, in the order in which they were sent. Over all partitions there is no order. <em>Seen on Kafka 4.3.1.</em></p>",
    views:
      index === 2
        ? [view("kafka_records", { topic: "readings" }), view("kafka_partitions", { topic: "readings" })]
        : [view("kafka_partitions", { topic: "readings" }), view("kafka_groups", { topic: "readings" })],
    actions: [
      {
        label: "Send 24 readings",
        action: { do: "kafka.produce", topic: "readings" },
        by_hand: [
          "kafka-console-producer.sh --bootstrap-server 127.0.0.1:29091 --topic readings --reader-property parse.key=true",
        ],
        unseen: "",
      },
      {
        label: "Read them all",
        action: { do: "kafka.read", topic: "readings" },
        by_hand: [
          "kafka-console-consumer.sh --bootstrap-server 127.0.0.1:29091 --topic readings --from-beginning",
          "kafka-get-offsets.sh --bootstrap-server 127.0.0.1:29091 --topic readings",
        ],
        unseen: "",
      },
    ],
    prediction: {
      ask: "A client reads all three partitions. In which order does it get the records?",
      options: [
        "In the order in which they were sent.",
        "In order within each partition, mixed between them.",
        "In no order at all.",
      ],
    },
    checks: [
      "24 records lie in three partitions",
      "a client has read them all",
      "no record came out of order within its partition",
    ],
    hints: 3,
  })),
};

export const state = (index: number, change: Partial<StepState> = {}): StepState => ({
  id: `step-${index + 1}`,
  open: index <= 2,
  done: index < 2,
  checks: text.steps[index]!.checks.map((says, place) => ({
    says,
    truth: place === 0 ? "true" : place === 1 ? "false" : "unknown",
    evidence:
      place === 2
        ? null
        : {
            seq: 5,
            at: place === 0 ? 52_900 : 60_000,
            source: place === 0 ? "kafka-2" : "reader-1",
            words: place === 0 ? "readings-1 ends at 8" : "read 12 records",
            summary: "",
          },
  })),
  chosen: null,
  options: [],
  judged: "open",
  pressed: [],
  hints: [],
  ...change,
});

export const session = (phase: Session["phase"], change: Partial<StepState> = {}): Session => ({
  lesson: text.info.id,
  lab: LAB,
  phase,
  step: "step-3",
  steps: text.steps.map((_, index) => state(index, index === 2 ? change : {})),
  solving: false,
  problem: null,
});

export const done: Partial<StepState> = {
  done: true,
  chosen: 0,
  hints: ["Look at the numbers along one row.", "Then look along the line from left to right."],
  checks: text.steps[2]!.checks.map((says) => ({
    says,
    truth: "true",
    evidence: {
      seq: 9,
      at: 55_000,
      source: "reader-1",
      words: "read 24 records, 3 out of sending order, 0 within a partition",
      summary: "",
    },
  })),
  options: text.steps[2]!.prediction!.options.map((says, index) => ({
    says,
    truth: index === 1 ? "true" : "false",
    evidence: {
      seq: 9,
      at: 55_000,
      source: "reader-1",
      words: "3 out of order over all partitions, 0 within a partition",
      summary: "",
    },
  })),
};

/** The same lesson beside every picture of Cassandra. */
export const cassandraText: LessonText = {
  ...text,
  steps: text.steps.map((step) => ({
    ...step,
    views: [
      view("cassandra_ring", { keyspace: "weather", table: "weather.by_region", key: "north" }),
      view("cassandra_replicas", { table: "weather.by_region", key: "north" }),
      view("cassandra_request", {}),
      view("cassandra_requests", {}),
      view("cassandra_hints", {}),
      view("cassandra_storage", { table: "weather.by_region" }),
      view("cassandra_settings", {}),
      view("cassandra_ring", { keyspace: "six" }),
      view("cassandra_ring", { keyspace: "many" }),
    ],
  })),
};
