// What is said of a node of the ring, and of a belief.
import { ago, bytes, list } from "../../kit/format";
import { type Standing, standing } from "../standing";
import type { Belief, Keyspace, Node, Placement, Range, Stream } from "./model.gen";

/** A node's state; what its peers believe counts only while the node itself is fine. */
export function state(node: Node): Standing {
  // A node that joins opens no port yet, so it does not answer.
  if (!node.member && node.mode?.startsWith("JOINING") && node.container === "running") {
    return { words: "joining, no member yet", form: "dashed", tone: "warn" };
  }
  if (node.spare && !node.member && node.heard !== "answering") {
    return { words: "waits to join", form: "dashed", tone: "plain" };
  }
  const stands = standing(node);
  if (stands.tone !== "ok") return stands;
  if (!node.member) return { words: `${mode(node) || "runs"}, no member yet`, form: "dashed", tone: "warn" };
  if (node.mode !== null && node.mode !== "NORMAL") return { words: mode(node), form: "dashed", tone: "warn" };
  if (node.serves === null) return { words: "not asked yet if it takes requests", form: "dashed", tone: "plain" };
  if (!node.serves) return { words: "takes no requests yet", form: "dashed", tone: "warn" };
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

/** Which tokens a range has. The one it begins behind is not in it. */
export function tokens({ from, to }: Range): string {
  if (from === to) return "all tokens";
  const past = BigInt(from) > BigInt(to) ? ", past the end of the ring," : "";
  return `the tokens above ${from}${past} up to ${to}`;
}

/** Which nodes hold copies of a range, and that it was computed. */
export function copies({ replicas, data_center }: Range, keyspace: string | undefined): string {
  if (keyspace === undefined) return "No keyspace is chosen, so nothing is said of copies.";
  if (replicas === null) return `Which nodes hold copies of ${keyspace} is not known.`;
  const computed = "computed from the tokens and the replication that the nodes said";
  if (replicas.length === 0) return `No copies of ${keyspace} in ${data_center ?? "it"}: ${computed}.`;
  const order = replicas.length > 1 ? ", in this order" : "";
  return `Copies of ${keyspace}: ${list(replicas)}${order} (${computed}).`;
}

export function streaming({ operation, node, peers, received, to_receive, sent, to_send }: Stream): string {
  const parts = [
    to_receive > 0 ? `received ${bytes(received)} of ${bytes(to_receive)}` : "",
    to_send > 0 ? `sent ${bytes(sent)} of ${bytes(to_send)}` : "",
  ].filter(Boolean);
  return `${operation}, says ${node} (with ${list(peers)}): ${parts.join(", ") || "nothing to send"}`;
}
