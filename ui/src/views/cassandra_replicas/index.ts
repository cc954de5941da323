import { viewKind } from "../kind";
import CassandraReplicas from "./CassandraReplicas.svelte";
import type { Model, Params } from "./model.gen";

export default viewKind<Model, Params>({
  title: ({ table, key }) => `Replicas of ${table}, key ${key}`,
  waiting: "No replica has said yet what it holds.",
  picture: CassandraReplicas,
});
