import { viewKind } from "../kind";
import KafkaPartitions from "./KafkaPartitions.svelte";
import type { Model, Params } from "./model.gen";

declare module "../../state/kinds" {
  interface Kinds {
    kafka_partitions: { params: Params; model: Model };
  }
}

export default viewKind("kafka_partitions", {
  title: ({ topic }) => `Partitions of ${topic}`,
  waiting: "No broker has said anything about this topic yet.",
  picture: KafkaPartitions,
  inLab: {
    of: "kafka",
    part: "below",
    order: 10,
    with: ({ topic }) => (topic.name === null ? null : { topic: topic.name }),
  },
});
