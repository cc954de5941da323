import type { CassandraSight } from "../../state/cassandra_sight.svelte";
import { viewKind } from "../kind";
import CassandraRing from "./CassandraRing.svelte";
import type { Model, Params } from "./model.gen";

declare module "../../state/kinds" {
  interface Kinds {
    cassandra_ring: { params: Params; model: Model };
  }
}

/** The ring with the keyspace's copies, and the place of the key looked at. */
function onRing({ keyspace, table, key }: CassandraSight): Params {
  return {
    ...(keyspace === null ? {} : { keyspace }),
    ...(table === null || key === null ? {} : { table, key }),
  };
}

export default viewKind("cassandra_ring", {
  title: ({ keyspace }) => (keyspace ? `Ring, keyspace ${keyspace}` : "Ring"),
  waiting: "No node has said anything about the ring yet.",
  picture: CassandraRing,
  drawsRefused: true,
  inLab: {
    of: "cassandra",
    part: "above",
    order: 10,
    with: onRing,
    // Other pictures are about the same table and key.
    fixed: true,
  },
});
