// Which engines a lab can have, and what is shown of each: one line an engine.
import type { Component } from "svelte";
import { AirflowSight } from "../state/airflow_sight.svelte";
import type { App } from "../state/app.svelte";
import { CassandraSight } from "../state/cassandra_sight.svelte";
import { KafkaSight } from "../state/kafka_sight.svelte";
import { WeatherSight } from "../state/weather_sight.svelte";
import type { Sight } from "../state/sight";
import type { ENGINES } from "../rpc/engines.gen";
import type { LabInfo } from "../rpc/schema.gen";
import AirflowPanel from "./AirflowPanel.svelte";
import CassandraPanel from "./CassandraPanel.svelte";
import KafkaPanel from "./KafkaPanel.svelte";
import WeatherPanel from "./WeatherPanel.svelte";

export interface PanelProps<S extends Sight> {
  lab: LabInfo;
  sight: S;
}

interface System {
  /** What is looked at of it; made while a component is made. */
  look: (app: App, lab: string) => Sight;
  panel: Component<PanelProps<Sight>>;
  /** Actions that its panel has a better place for than the form. */
  elsewhere: readonly string[];
}

/** Checks an engine's panel against its sight and forgets which it is. */
function system<S extends Sight>(
  look: (app: App, lab: string) => S,
  panel: Component<PanelProps<S>>,
  elsewhere: readonly string[] = [],
): System {
  return { look, panel: panel as unknown as Component<PanelProps<Sight>>, elsewhere };
}

/** Each engine has its line here: without one, the page would show nothing of it. */
const SYSTEMS: Record<string, System> = {
  // The whole before its parts.
  weather: system(() => new WeatherSight(), WeatherPanel, ["weather.take_way"]),
  kafka: system((app, lab) => new KafkaSight(app, lab), KafkaPanel),
  cassandra: system((app, lab) => new CassandraSight(app, lab), CassandraPanel, [
    "cassandra.execute",
    "cassandra.write_locally",
  ]),
  airflow: system((app, lab) => new AirflowSight(app, lab), AirflowPanel, [
    "airflow.put_dag",
    "airflow.delete_dag_file",
    "airflow.put_build_file",
    "airflow.build_image",
    "airflow.use_image",
  ]),
} satisfies Record<(typeof ENGINES)[number], System>;

/** The engines of a lab, as its nodes say: names of actions begin with them. */
export function systemsOf({ nodes }: LabInfo): string[] {
  return Object.keys(SYSTEMS).filter((name) => nodes.some(({ system }) => system === name));
}

/** How an engine is shown. */
export function systemOf(name: string): System {
  const found = SYSTEMS[name];
  if (!found) throw new Error(`no engine ${name}`);
  return found;
}
