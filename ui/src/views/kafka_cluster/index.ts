import { viewKind } from "../kind";
import KafkaCluster from "./KafkaCluster.svelte";
import type { Model, Params } from "./model.gen";

declare module "../../state/kinds" {
  interface Kinds {
    kafka_cluster: { params: Params; model: Model };
  }
}

export default viewKind("kafka_cluster", {
  title: () => "Cluster",
  waiting: "No broker has answered yet.",
  picture: KafkaCluster,
  inLab: { of: "kafka", part: "above", order: 10, with: () => ({}) },
});
