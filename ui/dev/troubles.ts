// What goes wrong while somebody looks: no image, a topic that is deleted, a button that is refused.
import type { Subscription } from "../src/rpc/schema.gen";
import { diverged } from "./partitions";
import * as pictures from "./pictures";

export const failed = {
  code: "image_unavailable" as const,
  message: "The image of Kafka 4.3.1 is neither here nor can it be pulled.",
  detail: "dial tcp: lookup registry: no such host",
  hint: "Connect to the internet, or run `cargo xtask images` to build it here.",
};

/** A topic that is deleted while it is looked at: `?story=gone`. */
export function gone(to: Subscription): unknown {
  if (to.to !== "view") return undefined;
  const rest = { table: { columns: [], rows: [] }, summary: "", known: true };
  if (to.view.kind === "kafka_cluster") return { ...rest, model: { ...pictures.cluster, topics: ["readings"] } };
  if (to.view.kind === "timeline" && to.view.with["kinds"]) {
    const entry = { ...pictures.timeline.entries[2]!, at: 48_000, about: "orders", says: "topic orders was deleted" };
    return { ...rest, model: { entries: [entry], counts: [] } };
  }
  if (to.view.with["topic"] !== "orders") return undefined;
  const hint = "Create it, or look at another topic: readings.";
  const refusal = { code: "unknown", message: "There is no topic orders.", detail: "", hint };
  return { ...rest, model: { ...diverged, exists: false, partitions: [] }, summary: refusal.message, refusal };
}

/** What Cassandra says to a button that is pressed before the one it needs: `?story=refused`. */
export const refused = Object.assign(new Error(), {
  cause: {
    code: "engine_said_no",
    message: "INSERT at QUORUM did not succeed: InvalidRequest: unconfigured table letters.",
    detail: "unconfigured table letters",
    hint: "Change the statement as Cassandra's words say.",
  },
});
