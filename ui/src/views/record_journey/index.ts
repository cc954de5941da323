import { viewKind } from "../kind";
import RecordJourney from "./RecordJourney.svelte";
import type { Model, Params } from "./model.gen";

declare module "../../state/kinds" {
  interface Kinds {
    record_journey: { params: Params; model: Model };
  }
}

export default viewKind("record_journey", {
  title: () => "One record",
  waiting: "No record of this topic was read yet.",
  picture: RecordJourney,
  inLab: { of: "weather", part: "below", order: 10, with: () => ({}) },
});
