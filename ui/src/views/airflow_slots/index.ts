import { viewKind } from "../kind";
import AirflowSlots from "./AirflowSlots.svelte";
import type { Model, Params } from "./model.gen";

declare module "../../state/kinds" {
  interface Kinds {
    airflow_slots: { params: Params; model: Model };
  }
}

export default viewKind("airflow_slots", {
  title: () => "Slots",
  waiting: "Airflow has not told its pools and who holds their slots yet.",
  picture: AirflowSlots,
  inLab: { of: "airflow", part: "below", order: 20, with: () => ({}) },
});
