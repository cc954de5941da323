import { viewKind } from "../kind";
import CassandraRequest from "./CassandraRequest.svelte";
import type { Model, Params } from "./model.gen";

export default viewKind<Model, Params>({
  title: ({ request }) => (request ? `Request ${request}` : "Newest traced request"),
  waiting: "No request was traced yet.",
  picture: CassandraRequest,
});
