import { viewKind } from "../kind";
import AirflowDag from "./AirflowDag.svelte";
import type { Model, Params } from "./model.gen";

declare module "../../state/kinds" {
  interface Kinds {
    airflow_dag: { params: Params; model: Model };
  }
}

export default viewKind("airflow_dag", {
  title: ({ dag, run }) => (run === undefined ? `Graph of ${dag}` : `Graph of ${dag}, run ${run}`),
  waiting: "Airflow has not told the DAG's tasks yet.",
  picture: AirflowDag,
  inLab: {
    of: "airflow",
    part: "below",
    order: 5,
    with: ({ dag }) => (dag.name === null ? null : { dag: dag.name }),
  },
});
