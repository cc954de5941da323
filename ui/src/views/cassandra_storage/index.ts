import { viewKind } from "../kind";
import CassandraStorage from "./CassandraStorage.svelte";
import type { Model, Params } from "./model.gen";

declare module "../../state/kinds" {
  interface Kinds {
    cassandra_storage: { params: Params; model: Model };
  }
}

export default viewKind("cassandra_storage", {
  title: ({ table }) => `Storage of ${table}`,
  waiting: "No node has said yet how it stores the table.",
  picture: CassandraStorage,
  inLab: { of: "cassandra", part: "below", order: 40, with: ({ table }) => (table === null ? null : { table }) },
});
