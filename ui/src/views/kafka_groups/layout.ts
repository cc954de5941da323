// Where members and partitions of a group stand. Pure.
import { escaped } from "../../kit/datum";
import type { Group, Member } from "./model.gen";

/** Height of a row, and of one whose members have a second line for what tells them apart. */
const [ROW, TALL] = [34, 46];
/** Room that a letter needs in the first line of a member, and in the second. */
const [LETTER, SMALL] = [7.2, 6.4];
const INSET = 10;
const NARROWEST = 300;

export interface MemberBox {
  id: string;
  /** The client id, as much of it as has room, and a mark behind it. */
  line: string;
  /** What tells it from other members of that client id; empty if nothing must. Its end is what differs. */
  apart: string;
  /** All of it. */
  title: string;
  number: number;
  y: number;
  idle: boolean;
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
  /** Height of a member's box. */
  box: number;
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
  const room = Math.max(NARROWEST, width);
  const left = Math.min(190, room * 0.32);
  const members = group.members.map((member, index) => box(member, index + 1, left - 2 * INSET));
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
  const row = members.some(({ apart }) => apart !== "") ? TALL : ROW;
  const rows = Math.max(members.length, partitions.length, 1);
  const centred = (count: number, index: number) => ((rows - count) / 2 + index + 0.5) * row;
  members.forEach((member, index) => (member.y = centred(members.length, index)));
  partitions.forEach((partition, index) => (partition.y = centred(partitions.length, index)));
  const right = left + Math.min(130, room * 0.16);
  const barAt = right + Math.min(100, room * 0.23);
  return {
    members,
    partitions,
    height: rows * row,
    box: row - 8,
    link: [left, right],
    barAt,
    bar: Math.max(40, Math.min(260, room - barAt - 100)),
  };
}

function box(
  { member_id, client_id, apart, host, partitions, unread }: Member,
  number: number,
  room: number,
): MemberBox {
  const idle = unread === null && partitions.length === 0;
  const mark = unread !== null ? " (?)" : idle ? " (idle)" : "";
  const [id, other] = [escaped(client_id, false), escaped(apart ?? "", false)];
  const most = Math.floor(room / LETTER) - mark.length;
  const tail = Math.floor(room / SMALL);
  const why = unread === null ? "" : `: ${unread}`;
  return {
    id: member_id,
    line: (id.length > most ? `${id.slice(0, most - 1)}…` : id) + mark,
    apart: other.length > tail ? `…${other.slice(1 - tail)}` : other,
    title: `${[id, other].filter(Boolean).join(" ")}, from ${host}${why}`,
    number,
    y: 0,
    idle,
  };
}

/** A curve from a member to a partition. */
export function curve([from, to]: [number, number], y1: number, y2: number): string {
  const middle = (from + to) / 2;
  return `M${from} ${y1}C${middle} ${y1} ${middle} ${y2} ${to} ${y2}`;
}
