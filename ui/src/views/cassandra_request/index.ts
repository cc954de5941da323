import { viewKind } from "../kind";
import CassandraRequest from "./CassandraRequest.svelte";
import type { Model, Params } from "./model.gen";

declare module "../../state/kinds" {
  interface Kinds {
    cassandra_request: { params: Params; model: Model };
  }
}

export default viewKind("cassandra_request", {
  title: ({ request }) => (request ? `Request ${request}` : "Newest traced request"),
  waiting: "No request was traced yet.",
  picture: CassandraRequest,
  inLab: { of: "cassandra", part: "below", order: 10, with: () => ({}) },
});
