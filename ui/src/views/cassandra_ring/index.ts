import { viewKind } from "../kind";
import CassandraRing from "./CassandraRing.svelte";
import type { Model, Params } from "./model.gen";

export default viewKind<Model, Params>({
  title: ({ keyspace }) => (keyspace ? `Ring, keyspace ${keyspace}` : "Ring"),
  waiting: "No node has said anything about the ring yet.",
  picture: CassandraRing,
  drawsRefused: true,
});
