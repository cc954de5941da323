import { viewKind } from "../kind";
import CassandraRing from "./CassandraRing.svelte";
import type { Model, Params } from "./model.gen";

declare module "../../state/kinds" {
  interface Kinds {
    cassandra_ring: { params: Params; model: Model };
  }
}

export default viewKind("cassandra_ring", {
  title: ({ keyspace }) => (keyspace ? `Ring, keyspace ${keyspace}` : "Ring"),
  waiting: "No node has said anything about the ring yet.",
  picture: CassandraRing,
  drawsRefused: true,
});
