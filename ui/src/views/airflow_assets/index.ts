import { viewKind } from "../kind";
import AirflowAssets from "./AirflowAssets.svelte";
import type { Model, Params } from "./model.gen";

declare module "../../state/kinds" {
  interface Kinds {
    airflow_assets: { params: Params; model: Model };
  }
}

export default viewKind("airflow_assets", {
  title: ({ asset }) => (asset === undefined ? "Assets" : `Asset ${asset}`),
  waiting: "Airflow has not told its assets yet.",
  picture: AirflowAssets,
  inLab: { of: "airflow", part: "below", order: 30, with: () => ({}) },
});
