import { viewKind } from "../kind";
import AirflowComponents from "./AirflowComponents.svelte";
import type { Model, Params } from "./model.gen";

declare module "../../state/kinds" {
  interface Kinds {
    airflow_components: { params: Params; model: Model };
  }
}

export default viewKind("airflow_components", {
  title: () => "Components",
  waiting: "Airflow’s API server has not answered yet.",
  picture: AirflowComponents,
  inLab: { of: "airflow", part: "above", order: 10, with: () => ({}) },
});
