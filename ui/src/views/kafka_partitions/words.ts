// What a replica's state is called, in Kafka's words, and the form of badge that goes with it.
import { count } from "../../kit/format";
import type { Form } from "../../kit/paint";
import type { Partition, Replica } from "./model.gen";

export interface Standing {
  form: Form;
  words: string;
  tone: "plain" | "bad";
}

export function standing(replica: Replica, partition: Partition): Standing {
  const { broker, heard, in_sync, refused, says_leader, says_epoch } = replica;
  const leads = partition.leader === broker;
  if (heard === "silent") return { form: "hatched", words: "does not answer", tone: "bad" };
  if (heard === "not_asked") return { form: "hatched", words: "not asked yet", tone: "plain" };
  if (!leads && says_leader === broker) {
    return { form: "dashed", words: `says: I lead, epoch ${says_epoch ?? "?"}`, tone: "bad" };
  }
  if (leads) return { form: "filled", words: "leader", tone: "plain" };
  if (refused) return { form: in_sync ? "outlined" : "dashed", words: `refuses: ${refused}`, tone: "bad" };
  if (in_sync) return { form: "outlined", words: "in sync", tone: "plain" };
  const eligible = partition.elr.includes(broker);
  return { form: "dashed", words: eligible ? "out of sync, may lead" : "out of sync", tone: "bad" };
}

export function nodeOf(partition: Partition, broker: number): string {
  return partition.replicas.find((replica) => replica.broker === broker)?.node ?? `broker ${broker}`;
}

/** Whether readers of committed records must stop before the high watermark. */
export function isOpen({ last_stable, high_watermark }: Partition): boolean {
  return last_stable !== null && high_watermark !== null && last_stable < high_watermark;
}

/** Where the logs begin once records were deleted; empty while all begin at 0. The leader's comes first. */
export function beginning({ leader, replicas }: Partition): string {
  const begins = replicas.flatMap(({ broker, node, log_start }) =>
    log_start === null ? [] : [{ leads: broker === leader, node, at: log_start }],
  );
  if (begins.every(({ at }) => at === 0)) return "";
  const common = begins.find(({ leads }) => leads)?.at ?? Math.max(...begins.map(({ at }) => at));
  const others = begins.filter(({ at }) => at !== common).map(({ node, at }) => `, ${node}'s at ${count(at)}`);
  return `the log begins at ${count(common)}${others.join("")}`;
}

/** The leader and its epoch. */
export function leadership(partition: Partition): string {
  if (partition.leader === null) return "no leader: nobody can write or read";
  return `${nodeOf(partition, partition.leader)} leads, epoch ${partition.leader_epoch}`;
}
