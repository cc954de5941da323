import { viewKind } from "../kind";
import AirflowFiles from "./AirflowFiles.svelte";
import type { Model, Params } from "./model.gen";

declare module "../../state/kinds" {
  interface Kinds {
    airflow_files: { params: Params; model: Model };
  }
}

export default viewKind("airflow_files", {
  title: ({ file }) => (file === undefined ? "Files in the DAGs folder" : `File ${file}`),
  waiting: "The DAGs folder was not looked into yet.",
  picture: AirflowFiles,
  // The editor of the room shows them.
  inLab: null,
});
