import { viewKind } from "../kind";
import KafkaPartitions from "./KafkaPartitions.svelte";
import type { Model, Params } from "./model.gen";

export default viewKind<Model, Params>({
  title: ({ topic }) => `Partitions of ${topic}`,
  waiting: "No broker has said anything about this topic yet.",
  picture: KafkaPartitions,
});
