// Which DAG of a lab is looked at, and the DAGs and files there are.
import type { Dag, ImportError } from "../views/airflow_dags/model.gen";
import type { App } from "./app.svelte";
import { Chosen } from "./chosen.svelte";
import { type Ended, type Look, type Sight, endedAt } from "./sight";

declare module "./sight" {
  interface Sights {
    airflow: AirflowSight;
  }
}

/** A task of a run; of a mapped task one instance, `map_index` -1 for any other. */
export interface TaskLooked {
  run: string;
  task: string;
  map_index: number;
}

export class AirflowSight implements Sight {
  /** The DAG looked at. */
  readonly dag = new Chosen(
    () => this.dags.map(({ dag_id }) => dag_id),
    () => this.#known,
  );
  /** What a picture of that DAG was asked to look at: with another DAG it is looked at no more. */
  #looked: { dag: string; task: TaskLooked } | null = $state.raw(null);
  #feed;
  #changes;

  /** Call it while a component is made. */
  constructor(
    private readonly app: App,
    private readonly lab: string,
  ) {
    this.#feed = app.feeds.view(lab, "airflow_dags", {});
    this.#changes = app.feeds.view(lab, "timeline", { kinds: ["dag"] });
  }

  /** The node with Airflow's API server; none while the lab names none. */
  get node(): string | null {
    const nodes = this.app.lab(this.lab)?.nodes ?? [];
    return nodes.find(({ system, endpoint }) => system === "airflow" && endpoint !== null)?.name ?? null;
  }

  get dags(): Dag[] {
    return this.#feed.value?.model.dags ?? [];
  }

  /** Files that Airflow cannot import; none while nobody told of them. */
  get broken(): ImportError[] | null {
    return this.#feed.value?.model.import_errors ?? null;
  }

  /** Now by Airflow's clock; none while it has told no time of its own. */
  get airflow(): number | null {
    const offset = this.#feed.value?.model.clock_offset ?? null;
    return offset === null ? null : this.#feed.now + offset;
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

  /** Files below the DAGs folder that Airflow names, also those it cannot import; none of which only stale DAGs are told: it
      is gone, or defines them no more. */
  get files(): string[] {
    const broken = this.#feed.value?.model.import_errors ?? [];
    const live = this.dags.filter(({ is_stale }) => !is_stale);
    const all = [
      ...live.map(({ relative_fileloc }) => relative_fileloc).filter((file) => file !== null),
      ...broken.map(({ filename }) => filename),
    ];
    return all.filter((file, index) => all.indexOf(file) === index).sort();
  }

  /** The task that was chosen; none once another DAG is looked at. */
  get task(): TaskLooked | null {
    return this.#looked?.dag === this.dag.name ? this.#looked.task : null;
  }

  /** `{ run, task, map_index }` of the DAG looked at, or of another one, `dag`, which is looked at from then on. */
  readonly look = ({ dag, run, task, map_index }: Look): void => {
    if (typeof dag === "string" && dag !== this.dag.name) this.dag.pick(dag);
    if (this.dag.name === null || typeof run !== "string" || typeof task !== "string") return;
    const index = typeof map_index === "number" ? map_index : -1;
    this.#looked = { dag: this.dag.name, task: { run, task, map_index: index } };
  };

  get offers(): Record<string, readonly string[]> {
    // The first one is what a form begins with.
    const [live, stale] = [false, true].map((is) => this.dags.filter(({ is_stale }) => is_stale === is));
    return { dag: [...(live ?? []), ...(stale ?? [])].map(({ dag_id }) => dag_id), file: this.files };
  }

  get given(): Record<string, string> {
    if (this.dag.name === null) return {};
    const dag = { dag: this.dag.name };
    return this.task === null ? dag : { ...dag, run: this.task.run, task: this.task.task };
  }
}
