// The consistency bench as state: the plan as the bench checked it, saved runs, and one run followed while it goes on.
import type { Client } from "../rpc/client";
import { asProblem } from "../rpc/problem";
import type { Problem } from "../rpc/problem.gen";
import type { ConsistencyPlan, Experiment, ExperimentList, PlanChecked } from "../rpc/schema.gen";
import type { App } from "./app.svelte";
import { Asking } from "./asking.svelte";

/** Between two looks at a run that goes on. */
const LOOK = 1000;
/** A person who is still choosing is not asked what they mean. */
const SETTLED = 250;

/** Checks a plan each time it changes; the newest answer counts. */
export class PlanCheck {
  checked: PlanChecked | null = $state.raw(null);
  problem: Problem | null = $state.raw(null);
  #round = 0;
  #later: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly client: Client) {}

  check(plan: ConsistencyPlan): void {
    const round = ++this.#round;
    clearTimeout(this.#later);
    this.#later = setTimeout(() => void this.#ask(plan, round), SETTLED);
  }

  async #ask(plan: ConsistencyPlan, round: number): Promise<void> {
    try {
      const checked = await this.client.call("experiment_plan_check", plan);
      if (round !== this.#round) return;
      this.checked = checked;
      this.problem = null;
    } catch (error) {
      if (round !== this.#round) return;
      this.checked = null;
      this.problem = asProblem(error).problem;
    }
  }
}

/** Saved runs, asked for whenever they are shown. */
export class Runs extends Asking<ExperimentList> {
  constructor(private readonly app: App) {
    super();
  }

  async read(): Promise<boolean> {
    const answered = await this.ask(() => this.app.client.call("experiments"));
    for (const { experiment, lab } of this.answer?.runs ?? []) this.app.runLabs.set(experiment, lab);
    return answered;
  }
}

/** A run, looked at again and again while it goes on. */
export class Run {
  value: Experiment | null = $state.raw(null);
  problem: Problem | null = $state.raw(null);
  #open = false;
  #onturn: () => void = () => undefined;
  #again: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly app: App,
    readonly number: number,
  ) {}

  /** Follows it until the function given back is called; says when it goes on, and when it does not any more. */
  follow(onturn: () => void): () => void {
    this.#open = true;
    this.#onturn = onturn;
    void this.look();
    return () => {
      this.#open = false;
      clearTimeout(this.#again);
    };
  }

  async look(): Promise<void> {
    clearTimeout(this.#again);
    const before = this.value?.info.state;
    try {
      this.value = await this.app.client.call("experiment", { experiment: this.number });
      this.app.runLabs.set(this.number, this.value.info.lab);
      this.problem = null;
      if (before !== undefined && before !== this.value.info.state) this.#onturn();
    } catch (error) {
      this.problem = asProblem(error).problem;
    }
    if (this.#open && (this.problem || this.value?.info.state === "running")) {
      this.#again = setTimeout(() => void this.look(), LOOK);
    }
  }
}
