import { viewKind } from "../kind";
import AirflowVariables from "./AirflowVariables.svelte";
import type { Model, Params } from "./model.gen";

declare module "../../state/kinds" {
  interface Kinds {
    airflow_variables: { params: Params; model: Model };
  }
}

export default viewKind("airflow_variables", {
  title: ({ key }) => (key === undefined ? "Variables and connections" : `Variable ${key}`),
  waiting: "Airflow has not told its Variables yet.",
  picture: AirflowVariables,
  inLab: { of: "airflow", part: "below", order: 40, with: () => ({}) },
});
