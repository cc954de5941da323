// What is said of pools, of who holds their slots, and of what waits without one.
import { list, plural, span } from "../../kit/format";
import { stateOf } from "../airflow_states";
import { clockTime } from "../airflow_times";
import type { Band, Bar } from "./layout";
import type { Instance, Model, Pool } from "./model.gen";

const WITHOUT: Record<string, string> = {
  up_for_reschedule: "rescheduled: no slot",
  deferred: "deferred: triggerer",
  awaiting_input: "waits for a person: no slot",
  up_for_retry: "up for retry: no slot",
  restarting: "restarting: no slot",
};

/** What a band is, and which of its lanes this is, from 0. */
export function laneWords({ kind, name }: Band, lane: number): string {
  if (kind === "pool") return lane > 0 ? `slot ${lane + 1}` : name;
  if (lane > 0) return "";
  if (kind === "waits") return "waits for a slot";
  return kind === "no_slot" ? (WITHOUT[name] ?? `${stateOf(name).word}: no slot`) : name;
}

export const nameOf = ({ task_id, map_index }: Pick<Instance, "task_id" | "map_index">): string =>
  map_index === null ? task_id : `${task_id} [${map_index}]`;

/** What stands in a bar. */
export function barLabel({ instance, interval }: Bar, band: Band): string {
  const state = interval.state === "running" || band.kind !== "pool" ? "" : ` ${stateOf(interval.state).word}`;
  return `${nameOf(instance)}${state}`;
}

/** A time as the bar shows it: `~` where it is only when Pipewright heard of it. */
const timeOf = (at: number, airflows: boolean) => `${airflows ? "" : "about "}${clockTime(at)}`;

/** A bar in one sentence. */
export function barWords({ instance, interval }: Bar, until: number): string {
  const { state, from, to, from_is_airflows, to_is_airflows, try_number } = interval;
  const lasts = span((to ?? until) - from);
  const when =
    to === null
      ? `for ${lasts}, since ${timeOf(from, from_is_airflows)}`
      : `for ${lasts}, from ${timeOf(from, from_is_airflows)} to ${timeOf(to, to_is_airflows)}`;
  return `${instance.dag_id}: ${nameOf(instance)}, ${stateOf(state).word} ${when}${try_number > 1 ? `, try ${try_number}` : ""}`;
}

/** What else is said of it, a few words each. */
export function barFacts({ instance, interval }: Bar): string[] {
  const { operator_name, pool, pool_slots, trigger, dag_run_id } = instance;
  const { holds_pool_slots } = interval;
  const slots = pool_slots === null ? "slots" : plural(pool_slots, "slot");
  return [
    operator_name ?? "",
    `run ${dag_run_id}`,
    holds_pool_slots === null
      ? "whether it held a slot is not known"
      : holds_pool_slots
        ? `${interval.to === null ? "holds" : "held"} ${slots} of pool ${pool ?? "not told"}`
        : `${interval.to === null ? "holds" : "held"} no slot`,
    trigger !== null && interval.state === "deferred" && interval.to === null ? `waits for ${trigger}` : "",
  ].filter(Boolean);
}

/** A mark on the time's line. The line ends when Airflow was heard last: that is now, as long as it is heard. */
export function markWords(before: number, at: number | null, airflow: number | null): string {
  const heard = at === null || airflow === null ? null : airflow - at;
  const fresh = heard !== null && heard < 5000;
  if (before > 0) return `${span(before)} ${fresh ? "ago" : "before"}`;
  if (fresh) return "now";
  return heard === null ? (at === null ? "" : clockTime(at)) : `heard ${span(heard)} ago`;
}

/** A pool in one line. */
export function poolWords({
  name,
  slots,
  occupied_slots,
  running_slots,
  queued_slots,
  deferred_slots,
  scheduled_slots,
  include_deferred,
}: Pool): string {
  const of = slots < 0 ? "no limit" : plural(slots, "slot");
  const held = [
    running_slots > 0 ? `${running_slots} running` : "",
    queued_slots > 0 ? `${queued_slots} queued` : "",
    deferred_slots > 0 ? `${deferred_slots} deferred${include_deferred ? "" : ", which hold none"}` : "",
  ].filter(Boolean);
  const waits = scheduled_slots > 0 ? `; ${plural(scheduled_slots, "slot")} waited for` : "";
  return `${name}: ${of}, ${occupied_slots} held${held.length > 0 ? ` (${held.join(", ")})` : ""}${waits}`;
}

/** How much of the executor is in use. */
export function executorWords({ parallelism, parallelism_unread, executor_slots, executor_queued }: Model): string {
  const waits = executor_queued ? `, ${plural(executor_queued, "task")} queued for one` : "";
  const held = executor_slots === null ? "How many tasks are running is not known" : null;
  if (parallelism === null) {
    const why = parallelism_unread === null ? "" : `: ${parallelism_unread}`;
    return `${held ?? `${plural(executor_slots ?? 0, "task")} running${waits}`}; how many may be is not known${why}.`;
  }
  return held === null
    ? `Executor: ${executor_slots ?? 0} of ${plural(parallelism, "slot")} held${waits}.`
    : `${held}, of at most ${parallelism}.`;
}

/** Why tasks wait for a pool: it is full, who holds it, who waits. Empty where nobody waits for it. */
export function fullWords({ name, slots, open_slots, scheduled_slots }: Pool, { instances, at }: Model): string {
  if (slots < 0 || open_slots > 0 || scheduled_slots === 0) return "";
  const inPool = instances.filter(({ pool }) => pool === name);
  const now = ({ intervals }: Instance) => intervals.at(-1);
  const holders = inPool.filter(({ holds_pool_slots }) => holds_pool_slots === true);
  const held = holders.slice(0, 4).map((instance) => {
    const since = now(instance);
    const time = since && since.to === null && at !== null ? ` for ${span(at - since.from)}` : "";
    return `${nameOf(instance)} of ${instance.dag_id} (${stateOf(instance.state).word}${time})`;
  });
  const waiting = inPool.filter(({ state }) => state === "scheduled").map(nameOf);
  const by =
    held.length === 0
      ? ""
      : ` Held by ${list(held)}${holders.length > held.length ? ` and ${holders.length - held.length} more` : ""}.`;
  const who =
    waiting.length === 0
      ? ""
      : ` ${list(waiting.slice(0, 4))}${waiting.length > 4 ? ` and ${waiting.length - 4} more` : ""} ${waiting.length === 1 ? "waits" : "wait"} for it.`;
  return `Pool ${name} is full: ${plural(slots, "slot")}.${by}${who}`;
}
