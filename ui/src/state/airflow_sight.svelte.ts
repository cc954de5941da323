// Which DAG of a lab is looked at, and the DAGs and files there are.
import type { Dag } from "../views/airflow_dags/model.gen";
import type { App } from "./app.svelte";
import { Chosen } from "./chosen.svelte";
import { type Ended, type Sight, endedAt } from "./sight";

declare module "./sight" {
  interface Sights {
    airflow: AirflowSight;
  }
}

export class AirflowSight implements Sight {
  /** The DAG looked at. */
  readonly dag = new Chosen(
    () => this.dags.map(({ dag_id }) => dag_id),
    () => this.#known,
  );
  #feed;
  #changes;

  /** Call it while a component is made. */
  constructor(app: App, lab: string) {
    this.#feed = app.feeds.view(lab, "airflow_dags", {});
    this.#changes = app.feeds.view(lab, "timeline", { kinds: ["dag"] });
  }

  get dags(): Dag[] {
    return this.#feed.value?.model.dags ?? [];
  }

  /** All DAGs were told: only then one that is not among them is gone. */
  get #known(): boolean {
    const { value } = this.#feed;
    return value !== null && value.known && !value.model.more;
  }

  /** The end of the DAG looked at; none while Airflow has it. */
  get ended(): Ended | null {
    if (!this.dag.gone) return null;
    const entries = this.#changes.value?.model.entries ?? [];
    return { at: endedAt(entries, this.dag.name), now: this.#changes.now };
  }

  /** Files below the DAGs folder that Airflow names, also those it cannot import. */
  get files(): string[] {
    const broken = this.#feed.value?.model.import_errors ?? [];
    const all = [
      ...this.dags.map(({ relative_fileloc }) => relative_fileloc).filter((file) => file !== null),
      ...broken.map(({ filename }) => filename),
    ];
    return all.filter((file, index) => all.indexOf(file) === index).sort();
  }

  get offers(): Record<string, readonly string[]> {
    return { dag: this.dags.map(({ dag_id }) => dag_id), file: this.files };
  }

  get given(): Record<string, string> {
    return this.dag.name === null ? {} : { dag: this.dag.name };
  }
}
