import { viewKind } from "../kind";
import CassandraRequests from "./CassandraRequests.svelte";
import type { Model, Params } from "./model.gen";

declare module "../../state/kinds" {
  interface Kinds {
    cassandra_requests: { params: Params; model: Model };
  }
}

export default viewKind("cassandra_requests", {
  title: ({ about }) => (about ? `Requests about ${about}` : "Recent requests"),
  waiting: "No client of this Pipewright has sent a request yet.",
  picture: CassandraRequests,
  inLab: { of: "cassandra", part: "below", order: 20, with: () => ({}) },
});
