import { viewKind } from "../kind";
import type { Model, Params } from "./model.gen";
import Timeline from "./Timeline.svelte";

export default viewKind<Model, Params>({
  title: () => "What happened",
  waiting: "Nothing was heard yet.",
  picture: Timeline,
});
