// What is said of an asset, of who makes and who waits for it, and of its events.
import { list, plural } from "../../kit/format";
import { stateOf } from "../airflow_states";
import { since } from "../airflow_times";
import type { Asset, AssetEvent, CreatedRun, TaskOf } from "./model.gen";

export const taskName = ({ dag_id, task_id }: TaskOf): string => `${dag_id}.${task_id}`;

const named = (all: readonly string[], most = 4) =>
  all.length > most ? `${all.slice(0, most).join(", ")} and ${all.length - most} more` : list(all);

/** Who makes events of it; empty if nobody does. */
export function madeBy({ producing_tasks, watchers }: Asset): string {
  const tasks = producing_tasks.map(taskName);
  const outside = watchers.map(({ name }) => `watcher ${name}`);
  return named([...tasks, ...outside]);
}

/** The DAGs that are scheduled by it; empty if none is. */
export const startsWords = ({ scheduled_dags }: Asset): string => named(scheduled_dags);

/** What else is known of it, a few words each. */
export function facts({ uri, name, group, aliases, consuming_tasks, extra }: Asset): string[] {
  return [
    uri === name ? "" : uri,
    group === "" || group === "asset" ? "" : `group ${group}`,
    aliases.length > 0 ? `also ${named(aliases)}` : "",
    consuming_tasks.length > 0 ? `named as inlet by ${named(consuming_tasks.map(taskName))}` : "",
    extra === null ? "" : extra,
  ].filter(Boolean);
}

/** DAGs for which an event of it is queued. */
export function queuedWords({ queued_events }: Asset, airflow: number | null): string {
  if (queued_events === null) return "Whether an event of it is queued was not told yet.";
  if (queued_events.length === 0) return "";
  const each = queued_events.map(
    ({ dag_id, created_at }) => `${dag_id}${created_at === null ? "" : ` (${since(airflow, created_at)})`}`,
  );
  return `An event of it is queued for ${named(each)}: no run took it yet.`;
}

/** Where an event came from. */
export function sourceWords({ source_dag_id, source_task_id, source_map_index, source_run_id }: AssetEvent): string {
  if (source_dag_id === null) return "from outside: by the API, or a watcher";
  const index = source_map_index === null || source_map_index < 0 ? "" : ` [${source_map_index}]`;
  const task = source_task_id === null ? source_dag_id : `${source_dag_id}.${source_task_id}${index}`;
  return `${task}${source_run_id === null ? "" : `, run ${source_run_id}`}`;
}

/** A run that an event is part of. */
export function runWords({ dag_id, run_id, state, triggering }: CreatedRun): string {
  const why = triggering === false ? ", made for a later event" : "";
  return `${dag_id}: ${stateOf(state).word}, run ${run_id}${why}`;
}

export function amount(shown: number, all: number | null, one: string): string {
  return all === null || all <= shown ? plural(shown, one) : `${shown} of ${plural(all, one)}`;
}
