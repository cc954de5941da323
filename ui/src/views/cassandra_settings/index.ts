import { viewKind } from "../kind";
import CassandraSettings from "./CassandraSettings.svelte";
import type { Model, Params } from "./model.gen";

export default viewKind<Model, Params>({
  title: ({ changed }) => (changed ? "Settings the lab changes" : "Settings in force"),
  waiting: "No node has told its settings yet.",
  picture: CassandraSettings,
});
