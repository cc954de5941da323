import { viewKind } from "../kind";
import RainChart from "./RainChart.svelte";
import type { Model, Params } from "./model.gen";

declare module "../../state/kinds" {
  interface Kinds {
    rain_chart: { params: Params; model: Model };
  }
}

export default viewKind("rain_chart", {
  title: () => "Rain by day",
  waiting: "Nobody has counted a day yet.",
  picture: RainChart,
  inLab: { of: "weather", part: "below", order: 20, with: () => ({}) },
});
