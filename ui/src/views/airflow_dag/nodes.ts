// What is laid out and what is known of it, as the canvas takes it. Pure.
import type { Edge, Node } from "@xyflow/svelte";
import type { Arranged, Box, Line } from "./arrange";
import type { Group, Model, Task } from "./model.gen";
import { groupWords, lineOf, taskWords } from "./words";

export type TaskNode = Node<
  {
    task: Task;
    line: string;
    words: string;
    chosen: boolean;
    /** It is where the keyboard is. */
    active: boolean;
    /** There is no run, so it has no state. */
    bare: boolean;
  },
  "task"
>;
export type GroupNode = Node<{ group: Group; words: string; depth: number }, "group">;
export type LineEdge = Edge<Pick<Line, "path" | "label" | "at"> & { lit: boolean; aside: boolean }, "line">;

/** Its size is known and where lines meet it, so nothing has to be measured. */
const placed = ({ x, y, width, height }: Box) => ({
  position: { x, y },
  width,
  height,
  measured: { width, height },
  handles: [
    { type: "source" as const, position: "right" as never, x: width, y: height / 2, width: 1, height: 1 },
    { type: "target" as const, position: "left" as never, x: 0, y: height / 2, width: 1, height: 1 },
  ],
  draggable: false,
  selectable: false,
  connectable: false,
  deletable: false,
  focusable: false,
});

export interface Looks {
  chosen: string | null;
  active: string | null;
  airflow: number | null;
}

export function nodesOf(model: Model, { tasks, groups }: Arranged, looks: Looks): (TaskNode | GroupNode)[] {
  const { run } = model;
  const boxes = model.groups.flatMap((group): GroupNode[] => {
    const box = groups.get(group.group_id);
    if (!box) return [];
    const data = { group, words: groupWords(group), depth: box.depth };
    return [{ id: `g:${group.group_id}`, type: "group", zIndex: -50 + box.depth, data, ...placed(box) }];
  });
  const all = model.tasks.flatMap((task): TaskNode[] => {
    const box = tasks.get(task.task_id);
    if (!box) return [];
    const data = {
      task,
      line: lineOf(task, run, looks.airflow),
      words: taskWords(task, run, looks.airflow),
      chosen: task.task_id === looks.chosen,
      active: task.task_id === looks.active,
      bare: run === null,
    };
    return [{ id: `t:${task.task_id}`, type: "task", zIndex: 1, data, ...placed(box) }];
  });
  return [...boxes, ...all];
}

export function edgesOf({ lines, tasks }: Arranged, chosen: string | null): LineEdge[] {
  const end = (id: string) => `${tasks.has(id) ? "t" : "g"}:${id}`;
  return lines.map(({ source, target, path, label, at, aside }, index) => ({
    id: String(index),
    type: "line",
    source: end(source),
    target: end(target),
    data: { path, label, at, aside: aside ?? false, lit: chosen !== null && (source === chosen || target === chosen) },
    selectable: false,
    deletable: false,
    focusable: false,
    // What waits for what is said of each task: hundreds of lines read aloud say nothing.
    domAttributes: { "aria-hidden": true },
  }));
}
