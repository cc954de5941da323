import { viewKind } from "../kind";
import type { Model, Params } from "./model.gen";
import Timeline from "./Timeline.svelte";

declare module "../../state/kinds" {
  interface Kinds {
    timeline: { params: Params; model: Model };
  }
}

export default viewKind("timeline", {
  title: () => "What happened",
  waiting: "Nothing was heard yet.",
  picture: Timeline,
  inLab: { of: "lab", part: "right", order: 10, with: () => ({}) },
});
