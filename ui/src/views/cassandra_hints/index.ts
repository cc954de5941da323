import { viewKind } from "../kind";
import CassandraHints from "./CassandraHints.svelte";
import type { Model, Params } from "./model.gen";

export default viewKind<Model, Params>({
  title: () => "Hints",
  waiting: "No node has said anything about hints yet.",
  picture: CassandraHints,
});
