import { viewKind } from "../kind";
import LabNodes from "./LabNodes.svelte";
import type { Model, Params } from "./model.gen";

export default viewKind<Model, Params>({
  title: () => "Nodes",
  waiting: "The container engine has not reported on this lab yet.",
  picture: LabNodes,
});
