// What is said of a node of the ring, and of a belief.
import { ago, bytes, list } from "../../kit/format";
import { type Standing, standing } from "../standing";
import type { Belief, Keyspace, Node, Placement, Stream } from "./model.gen";

/** A node's state; what its peers believe counts only while the node itself is fine. */
export function state(node: Node): Standing {
  if (node.spare && !node.member && node.heard !== "answering") {
    return { words: "spare, not started", form: "dashed", tone: "plain" };
  }
  const stands = standing(node);
  if (stands.tone !== "ok") return stands;
  if (!node.member) return { words: `${mode(node) || "runs"}, no member yet`, form: "dashed", tone: "warn" };
  if (node.mode !== null && node.mode !== "NORMAL") return { words: mode(node), form: "dashed", tone: "warn" };
  if (node.believed_down_by.length > 0) {
    return { words: `believed down by ${list(node.believed_down_by)}`, form: "dashed", tone: "warn" };
  }
  return { words: "up", form: "outlined", tone: "ok" };
}

const mode = (node: Node) => (node.mode ?? "").toLowerCase();

export function belief({ up, since }: Belief, now: number): string {
  return `${up ? "up" : "down"} since ${ago(now, since).replace(" ago", "")}`;
}

/** `dc1: 3, dc2: 2`. */
export function replication({ replication }: Keyspace): string {
  return replication.map(({ data_center, factor }) => `${data_center} ${factor}`).join(", ");
}

export function placed({ replicas, racks }: Placement): string {
  const where = racks.length > 1 ? `, in ${list(racks)}` : "";
  return `${list(replicas)}${where}`;
}

export function streaming({ operation, node, peers, received, to_receive, sent, to_send }: Stream): string {
  const parts = [
    to_receive > 0 ? `received ${bytes(received)} of ${bytes(to_receive)}` : "",
    to_send > 0 ? `sent ${bytes(sent)} of ${bytes(to_send)}` : "",
  ].filter(Boolean);
  return `${operation}, says ${node} (with ${list(peers)}): ${parts.join(", ") || "nothing to send"}`;
}
