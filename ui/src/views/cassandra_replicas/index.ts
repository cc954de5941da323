import { viewKind } from "../kind";
import CassandraReplicas from "./CassandraReplicas.svelte";
import type { Model, Params } from "./model.gen";

declare module "../../state/kinds" {
  interface Kinds {
    cassandra_replicas: { params: Params; model: Model };
  }
}

export default viewKind("cassandra_replicas", {
  title: ({ table, key }) => `Replicas of ${table}, key ${key}`,
  waiting: "No replica has said yet what it holds.",
  picture: CassandraReplicas,
  inLab: {
    of: "cassandra",
    part: "above",
    order: 20,
    with: ({ table, key }) => (table === null || key === null ? null : { table, key }),
  },
});
