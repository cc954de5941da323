import { viewKind } from "../kind";
import CassandraStorage from "./CassandraStorage.svelte";
import type { Model, Params } from "./model.gen";

export default viewKind<Model, Params>({
  title: ({ table }) => `Storage of ${table}`,
  waiting: "No node has said yet how it stores the table.",
  picture: CassandraStorage,
});
