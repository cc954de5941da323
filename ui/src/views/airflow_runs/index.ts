import { viewKind } from "../kind";
import AirflowRuns from "./AirflowRuns.svelte";
import type { Model, Params } from "./model.gen";

declare module "../../state/kinds" {
  interface Kinds {
    airflow_runs: { params: Params; model: Model };
  }
}

export default viewKind("airflow_runs", {
  title: ({ dag }) => `Runs of ${dag}`,
  waiting: "Airflow has not told the DAG's tasks and runs yet.",
  picture: AirflowRuns,
  inLab: {
    of: "airflow",
    part: "below",
    order: 10,
    with: ({ dag }) => (dag.name === null ? null : { dag: dag.name }),
  },
});
