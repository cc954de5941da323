import { viewKind } from "../kind";
import CassandraRequests from "./CassandraRequests.svelte";
import type { Model, Params } from "./model.gen";

export default viewKind<Model, Params>({
  title: ({ about }) => (about ? `Requests about ${about}` : "Recent requests"),
  waiting: "No client of this Pipewright has sent a request yet.",
  picture: CassandraRequests,
});
