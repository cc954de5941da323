import { viewKind } from "../kind";
import KafkaRecords from "./KafkaRecords.svelte";
import type { Model, Params } from "./model.gen";

declare module "../../state/kinds" {
  interface Kinds {
    kafka_records: { params: Params; model: Model };
  }
}

export default viewKind("kafka_records", {
  title: ({ topic }) => `Records of ${topic}`,
  waiting: "No leader has returned a record of this topic yet.",
  picture: KafkaRecords,
  inLab: {
    of: "kafka",
    part: "below",
    order: 20,
    with: ({ topic }) => (topic.name === null ? null : { topic: topic.name }),
  },
});
