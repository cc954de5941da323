// A model as a graph to be laid out, and which of its tasks wait for something. Pure.
import { rank } from "../airflow_states";
import type { Frame, Item, Link } from "./arrange";
import type { Model, Reason, ReasonKind, StateCount, Task } from "./model.gen";

export interface Graph {
  items: Item[];
  frames: Frame[];
  links: Link[];
}

export function graphOf({ tasks, groups, edges }: Model): Graph {
  return {
    items: tasks.map(({ task_id, group_id, depth }) => ({ id: task_id, group: group_id, depth })),
    frames: groups.map(({ group_id, parent_group_id }) => ({ id: group_id, parent: parent_group_id })),
    links: edges.map(({ source_id, target_id, label, is_setup_teardown }) => ({
      source: source_id,
      target: target_id,
      label: label ?? "",
      aside: is_setup_teardown,
    })),
  };
}

/** Every state that is seen, in the order of a task's life. */
export function statesIn({ tasks, run }: Model): (string | null)[] {
  const found = new Set<string | null>(run ? [run.state] : []);
  for (const { instance } of tasks) {
    if (!instance) continue;
    found.add(instance.state);
    for (const { state, count } of instance.mapped ?? []) if (count > 0) found.add(state);
  }
  return [...found].sort((a, b) => rank(a) - rank(b) || (a ?? "").localeCompare(b ?? ""));
}

/** All instances of a mapped task; none of any other. */
export function total(mapped: readonly StateCount[] | null): number | null {
  return mapped === null ? null : mapped.reduce((sum, { count }) => sum + count, 0);
}

/** Counts in the order of a task's life. */
export function counts(all: readonly StateCount[]): StateCount[] {
  return all.filter(({ count }) => count > 0).sort((a, b) => rank(a.state) - rank(b.state));
}

/** What only says that others come first: the graph itself shows it. */
const PLAIN: readonly ReasonKind[] = ["upstream", "run_queued"];

/** It waits for more than the tasks before it, or nobody knows for what. */
export function isHeld({ instance }: Task): boolean {
  if (!instance || instance.waiting === 0) return false;
  return instance.why === null || instance.why.some(({ kind }) => !PLAIN.includes(kind));
}

export interface Waiting {
  task: Task;
  /** None while it is not known why. */
  why: Reason[] | null;
}

/** Tasks that wait for more than the tasks before them, and those of which it is not known. */
export function waiting({ tasks, run }: Model): Waiting[] {
  if (!run || run.waits) return [];
  return tasks.flatMap((task): Waiting[] => {
    if (!isHeld(task)) return [];
    const why = task.instance?.why?.filter(({ kind }) => !PLAIN.includes(kind)) ?? null;
    return [{ task, why }];
  });
}

/** The task that a picture of a large graph begins with: one that goes on or waits, else the first. */
export function goingOn({ tasks }: Model): string | null {
  const state = (task: Task) => task.instance?.state ?? null;
  const going = ["running", "queued", "deferred", "up_for_reschedule", "up_for_retry", "scheduled", "failed"];
  for (const each of going) {
    const found = tasks.find((task) => state(task) === each);
    if (found) return found.task_id;
  }
  return tasks[0]?.task_id ?? null;
}
