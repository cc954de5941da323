import { viewKind } from "../kind";
import KafkaGroups from "./KafkaGroups.svelte";
import type { Model, Params } from "./model.gen";

declare module "../../state/kinds" {
  interface Kinds {
    kafka_groups: { params: Params; model: Model };
  }
}

export default viewKind("kafka_groups", {
  title: ({ group, topic }) => (group ? `Group ${group}` : topic ? `Groups reading ${topic}` : "Consumer groups"),
  waiting: "No coordinator has described a group yet.",
  picture: KafkaGroups,
  inLab: {
    of: "kafka",
    part: "below",
    order: 30,
    // There may be groups before there is a topic.
    with: ({ topic }) => (topic.name === null ? {} : { topic: topic.name }),
  },
});
