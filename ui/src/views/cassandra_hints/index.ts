import { viewKind } from "../kind";
import CassandraHints from "./CassandraHints.svelte";
import type { Model, Params } from "./model.gen";

declare module "../../state/kinds" {
  interface Kinds {
    cassandra_hints: { params: Params; model: Model };
  }
}

export default viewKind("cassandra_hints", {
  title: () => "Hints",
  waiting: "No node has said anything about hints yet.",
  picture: CassandraHints,
  inLab: { of: "cassandra", part: "below", order: 30, with: () => ({}) },
});
