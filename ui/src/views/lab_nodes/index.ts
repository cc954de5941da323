import { viewKind } from "../kind";
import LabNodes from "./LabNodes.svelte";
import type { Model, Params } from "./model.gen";

declare module "../../state/kinds" {
  interface Kinds {
    lab_nodes: { params: Params; model: Model };
  }
}

export default viewKind("lab_nodes", {
  title: () => "Nodes",
  waiting: "The container engine has not reported on this lab yet.",
  picture: LabNodes,
  inLab: { of: "lab", part: "left", order: 10, with: () => ({}) },
});
