import { viewKind } from "../kind";
import KafkaRecords from "./KafkaRecords.svelte";
import type { Model, Params } from "./model.gen";

export default viewKind<Model, Params>({
  title: ({ topic }) => `Records of ${topic}`,
  waiting: "No leader has returned a record of this topic yet.",
  picture: KafkaRecords,
});
