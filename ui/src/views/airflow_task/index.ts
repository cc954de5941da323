import { viewKind } from "../kind";
import AirflowTask from "./AirflowTask.svelte";
import type { Model, Params } from "./model.gen";

declare module "../../state/kinds" {
  interface Kinds {
    airflow_task: { params: Params; model: Model };
  }
}

export default viewKind("airflow_task", {
  title: ({ task, map_index }) => `Task ${task}${map_index === undefined || map_index < 0 ? "" : ` [${map_index}]`}`,
  waiting: "Airflow has not told the task yet.",
  picture: AirflowTask,
  inLab: {
    of: "airflow",
    part: "below",
    order: 15,
    with: ({ dag, task }) => (dag.name === null || task === null ? null : { dag: dag.name, ...task }),
  },
});
