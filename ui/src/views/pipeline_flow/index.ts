import { viewKind } from "../kind";
import PipelineFlow from "./PipelineFlow.svelte";
import type { Model, Params } from "./model.gen";

declare module "../../state/kinds" {
  interface Kinds {
    pipeline_flow: { params: Params; model: Model };
  }
}

export default viewKind("pipeline_flow", {
  title: () => "The pipeline",
  waiting: "No engine has told anything of the pipeline yet.",
  picture: PipelineFlow,
  inLab: { of: "weather", part: "above", order: 10, with: () => ({}) },
});
