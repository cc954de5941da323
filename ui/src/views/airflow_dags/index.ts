import { viewKind } from "../kind";
import AirflowDags from "./AirflowDags.svelte";
import type { Model, Params } from "./model.gen";

declare module "../../state/kinds" {
  interface Kinds {
    airflow_dags: { params: Params; model: Model };
  }
}

export default viewKind("airflow_dags", {
  title: ({ file }) => (file === undefined ? "DAGs" : `DAGs of ${file}`),
  waiting: "Airflow has not told its DAGs yet.",
  picture: AirflowDags,
  inLab: { of: "airflow", part: "above", order: 20, with: () => ({}) },
});
