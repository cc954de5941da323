// Where members and partitions of a group stand. Pure.
import type { Group } from "./model.gen";

const ROW = 34;
const NARROWEST = 300;

export interface MemberBox {
  id: string;
  label: string;
  /** What tells it from other members of that client id; empty if nothing must. */
  apart: string;
  host: string;
  number: number;
  y: number;
  partitions: number;
  /** Why it is not known what it has, if it is not. */
  unread: string | null;
}

export interface PartitionBox {
  key: string;
  label: string;
  y: number;
  /** Index in `members`, or -1 if nobody has it. */
  owner: number;
  committed: number | null;
  lag: number | null;
  high_watermark: number | null;
  /** Offsets from the committed one on that the log no longer has. */
  gone: number | null;
  /** How far the committed offset lies beyond the end. */
  beyond: number | null;
}

export interface GroupLayout {
  members: MemberBox[];
  partitions: PartitionBox[];
  height: number;
  /** Left and right end of the links. */
  link: [number, number];
  /** Width of a partition's bar. */
  bar: number;
  barAt: number;
}

export function layout(group: Group, width: number): GroupLayout {
  const topics = new Set(
    [...group.offsets, ...group.members.flatMap((member) => member.partitions)].map((p) => p.topic),
  );
  const label = (topic: string, partition: number) =>
    topics.size > 1 ? `${topic} ${partition}` : `partition ${partition}`;
  const members = group.members.map((member, index) => ({
    id: member.member_id,
    label: member.client_id,
    apart: member.apart === null ? "" : ` ${member.apart}`,
    host: member.host,
    number: index + 1,
    y: 0,
    partitions: member.partitions.length,
    unread: member.unread,
  }));
  const found = new Map<string, PartitionBox>();
  const at = (topic: string, partition: number): PartitionBox => {
    const key = `${topic} ${String(partition).padStart(6, "0")}`;
    const box = found.get(key) ?? {
      key,
      label: label(topic, partition),
      y: 0,
      owner: -1,
      committed: null,
      lag: null,
      high_watermark: null,
      gone: null,
      beyond: null,
    };
    found.set(key, box);
    return box;
  };
  group.members.forEach((member, index) => {
    for (const { topic, partition } of member.partitions) at(topic, partition).owner = index;
  });
  for (const { topic, partition, ...read } of group.offsets) {
    Object.assign(at(topic, partition), read);
  }
  const partitions = [...found.values()].sort((a, b) => a.key.localeCompare(b.key));
  const rows = Math.max(members.length, partitions.length, 1);
  const centred = (count: number, index: number) => ((rows - count) / 2 + index + 0.5) * ROW;
  members.forEach((member, index) => (member.y = centred(members.length, index)));
  partitions.forEach((partition, index) => (partition.y = centred(partitions.length, index)));
  const room = Math.max(NARROWEST, width);
  const left = Math.min(190, room * 0.32);
  const right = left + Math.min(130, room * 0.16);
  const barAt = right + Math.min(100, room * 0.24);
  return {
    members,
    partitions,
    height: rows * ROW,
    link: [left, right],
    barAt,
    bar: Math.max(40, Math.min(260, room - barAt - 100)),
  };
}

/** A curve from a member to a partition. */
export function curve([from, to]: [number, number], y1: number, y2: number): string {
  const middle = (from + to) / 2;
  return `M${from} ${y1}C${middle} ${y1} ${middle} ${y2} ${to} ${y2}`;
}
