import { viewKind } from "../kind";
import KafkaGroups from "./KafkaGroups.svelte";
import type { Model, Params } from "./model.gen";

export default viewKind<Model, Params>({
  title: ({ group, topic }) => (group ? `Group ${group}` : topic ? `Groups reading ${topic}` : "Consumer groups"),
  waiting: "No coordinator has described a group yet.",
  picture: KafkaGroups,
});
