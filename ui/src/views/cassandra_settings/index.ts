import { viewKind } from "../kind";
import CassandraSettings from "./CassandraSettings.svelte";
import type { Model, Params } from "./model.gen";

declare module "../../state/kinds" {
  interface Kinds {
    cassandra_settings: { params: Params; model: Model };
  }
}

export default viewKind("cassandra_settings", {
  title: ({ changed }) => (changed ? "Settings the lab changes" : "Settings in force"),
  waiting: "No node has told its settings yet.",
  picture: CassandraSettings,
  inLab: { of: "cassandra", part: "below", order: 50, with: () => ({ changed: true }) },
});
