// A grid as Airflow's own: tasks from top to bottom, runs from left to right, the newest at the right. Pure.
import { round } from "../../kit/paint";
import { rank } from "../airflow_states";
import { lasted } from "../airflow_times";
import type { Run, StateCount, TaskInstance } from "./model.gen";

/** Width of a run's column and height of a task's row. */
export const [COLUMN, ROW] = [30, 26];
/** Height of the tallest bar above the grid, and of all of the head. */
export const [BAR, HEAD] = [42, 94];
/** Room for rows; what does not fit is scrolled. */
export const BODY = 16 * ROW;
/** Rows made beyond those that are seen, so that scrolling shows no gaps. */
const AHEAD = 6;
/** Room that a bar for scrolling may take. */
const SCROLLBAR = 16;
/** So many runs may be asked for. */
export const MOST_RUNS = 25;

export interface Plan {
  /** Width of the names of tasks. */
  names: number;
  /** Width of the names of operators; 0 where there is no room. */
  operators: number;
  /** How many runs fit. */
  fit: number;
}

export function plan(width: number, runs: number): Plan {
  const names = width < 460 ? 128 : width < 720 ? 190 : 250;
  const rest = width - names - SCROLLBAR;
  const operators = rest - 130 >= Math.max(8, Math.min(runs, 14)) * COLUMN ? 130 : 0;
  return { names, operators, fit: Math.max(1, Math.floor((rest - operators) / COLUMN)) };
}

/** A cell: a task in a run, or the run itself where there is no task. */
export interface Place {
  task: string | null;
  run: string;
}

/** Runs that are shown, the oldest first; `hidden` newer ones are left out at the right. */
export function shown(runs: readonly Run[], fit: number, hidden: number): Run[] {
  const from = Math.max(0, Math.min(hidden, runs.length - fit));
  return runs.slice(from, from + fit).reverse();
}

/** How many newer runs must be left out so that the one at this place (0 is the newest) is seen. */
export function toShow(place: number, fit: number, hidden: number): number {
  if (place < hidden) return place;
  return place >= hidden + fit ? place - fit + 1 : hidden;
}

/** Rows that are made, from one up to another one. */
export function rows(scrolled: number, count: number): [number, number] {
  const first = Math.floor(scrolled / ROW);
  return [Math.max(0, first - AHEAD), Math.min(count, first + Math.ceil(BODY / ROW) + AHEAD)];
}

/** How far to scroll so that a row is seen. */
export function scrollTo(row: number, scrolled: number): number {
  if (row < 0) return 0;
  const [top, bottom] = [row * ROW, (row + 1) * ROW];
  if (top < scrolled) return top;
  return bottom > scrolled + BODY ? bottom - BODY : scrolled;
}

/** A place in numbers: the row of a task from 0, -1 for the runs themselves; the column from the newest, 0. */
export interface Spot {
  row: number;
  column: number;
}

const PAGE = 10;

/** Where a key leads from a place; none if it is no key of the grid. */
export function moved({ row, column }: Spot, key: string, tasks: number, runs: number): Spot | null {
  const within = (row: number, column: number): Spot => ({
    row: Math.max(-1, Math.min(tasks - 1, row)),
    column: Math.max(0, Math.min(runs - 1, column)),
  });
  switch (key) {
    case "ArrowUp":
      return within(row - 1, column);
    case "ArrowDown":
      return within(row + 1, column);
    // The newest run stands at the right.
    case "ArrowLeft":
      return within(row, column + 1);
    case "ArrowRight":
      return within(row, column - 1);
    case "PageUp":
      return within(row - PAGE, column);
    case "PageDown":
      return within(row + PAGE, column);
    case "Home":
      return within(row, runs - 1);
    case "End":
      return within(row, 0);
    default:
      return null;
  }
}

/** A run's instances by task. */
export function byTask(run: Run): Map<string, TaskInstance> {
  return new Map(run.task_instances.map((instance) => [instance.task_id, instance]));
}

/** The groups a task is in, with the dot behind them, and its own name. */
export function parted(task: string): [groups: string, name: string] {
  const end = task.lastIndexOf(".") + 1;
  return [task.slice(0, end), task.slice(end)];
}

/** A run's bar. */
export interface Bar {
  /** Height in pixels; none while nobody knows how long it took. */
  height: number | null;
}

/** Bars as high as the runs were long, and how long the highest stands for: milliseconds, none if nobody knows any. */
export function bars(runs: readonly Run[], airflow: number | null): { bars: Bar[]; longest: number | null } {
  const times = runs.map(({ start_date, end_date }) => lasted(start_date, end_date, airflow));
  const known = times.filter((time) => time !== null);
  const longest = known.length > 0 ? Math.max(...known) : null;
  const height = (time: number | null) =>
    time === null || longest === null ? null : longest === 0 ? 3 : round(Math.max(3, (time / longest) * BAR));
  return { bars: times.map((time) => ({ height: height(time) })), longest };
}

/** Counts of a mapped task in the order of a task's life. */
export function counts(mapped: readonly StateCount[]): StateCount[] {
  return mapped.filter(({ count }) => count > 0).sort((a, b) => rank(a.state) - rank(b.state));
}

/** All instances of a mapped task; none of any other. */
export function total({ mapped }: TaskInstance): number | null {
  return mapped === null ? null : mapped.reduce((sum, { count }) => sum + count, 0);
}

/** Every state that is seen in these runs, in the order of a task's life. */
export function statesIn(runs: readonly Run[]): (string | null)[] {
  const found = new Set<string | null>();
  for (const run of runs) {
    found.add(run.state);
    for (const { state, mapped } of run.task_instances) {
      found.add(state);
      for (const each of mapped ?? []) if (each.count > 0) found.add(each.state);
    }
  }
  return [...found].sort((a, b) => rank(a) - rank(b) || (a ?? "").localeCompare(b ?? ""));
}
