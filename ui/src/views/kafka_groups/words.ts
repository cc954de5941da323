// How far a group has read a partition, in words.
import { count } from "../../kit/format";
import type { PartitionBox } from "./layout";

export function progress({ committed, high_watermark, gone, beyond }: PartitionBox, unread: boolean): string {
  if (committed === null) return unread ? "committed offset not known" : "nothing committed";
  if (high_watermark === null) return `${count(committed)}, end not asked`;
  if (beyond !== null) return `${count(committed)}, beyond the end ${count(high_watermark)}`;
  if (gone !== null) return `${count(committed)} of ${count(high_watermark)}; the next ${count(gone)} are deleted`;
  return `${count(committed)} of ${count(high_watermark)}`;
}
