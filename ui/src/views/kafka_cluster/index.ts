import { viewKind } from "../kind";
import KafkaCluster from "./KafkaCluster.svelte";
import type { Model, Params } from "./model.gen";

export default viewKind<Model, Params>({
  title: () => "Cluster",
  waiting: "No broker has answered yet.",
  picture: KafkaCluster,
});
