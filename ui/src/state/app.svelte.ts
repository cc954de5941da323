// What every screen shares: the client, feeds, labs and jobs, connection, theme and place. Made once, in the root.
import { createContext } from "svelte";
import { SvelteMap } from "svelte/reactivity";
import type { Client, Connection } from "../rpc/client";
import type { Problem } from "../rpc/problem.gen";
import type { ConsistencyPlan, JobId, JobInfo, LabInfo, Up } from "../rpc/schema.gen";
import { Clock } from "./clock.svelte";
import type { Feed } from "./feed.svelte";
import { Feeds } from "./feeds";
import { Machine } from "./machine.svelte";
import { Route } from "./route.svelte";
import { Theme } from "./theme.svelte";

export class App {
  readonly clock = new Clock();
  readonly theme = new Theme();
  readonly route = new Route();
  readonly feeds: Feeds;
  readonly machine: Machine;
  /** Labs of the lessons read so far. */
  readonly lessonLabs = new SvelteMap<string, string>();
  /** Labs of the bench's runs read so far. */
  readonly runLabs = new SvelteMap<number, string>();
  /** Starts asked for on this page, by lab: what a refused one is asked with again. */
  readonly starts = new SvelteMap<string, Up>();
  /** The plan being made for the bench; none before anything was chosen. */
  plan: ConsistencyPlan | null = $state.raw(null);
  connection: Connection = $state.raw({ up: true });
  /** Since when the host is not heard, on the page's clock; none while it is. What is on screen is from before. */
  lostAt: number | null = $state(null);
  /** The lesson whose lab was asked for on another screen. */
  #wish: string | null = null;
  #labs: Feed<LabInfo[]>;
  #jobs: Feed<JobInfo[]>;

  /** Call this while the root component is made: labs and jobs are followed as long as the component exists. */
  constructor(readonly client: Client) {
    this.feeds = new Feeds(client, this.clock);
    this.machine = new Machine(client);
    this.#labs = this.feeds.use({ to: "labs" });
    this.#jobs = this.feeds.use({ to: "jobs" });
    client.watchConnection((connection) => {
      this.connection = connection;
      this.lostAt = connection.up ? null : (this.lostAt ?? performance.now());
    });
  }

  start(up: Up & { lab: string }): Promise<JobId> {
    this.starts.set(up.lab, up);
    return this.client.call("up", up);
  }

  /** Asks for a lesson's lab before the lesson is opened. */
  wish(lesson: string): void {
    this.#wish = lesson;
  }

  /** Whether a lesson's lab was asked for, when it is opened. Told once: it is asked for no second time. */
  wished(lesson: string): boolean {
    const wish = this.#wish;
    this.#wish = null;
    return wish === lesson;
  }

  /** Labs that have containers; none before the first push. */
  get labs(): LabInfo[] {
    return this.listed.filter(({ phase }) => phase !== "removed");
  }

  /** The same, and those that were removed and keep their data, or that somebody looked at. */
  get listed(): LabInfo[] {
    return this.#labs.value ?? [];
  }

  /** The host has said which labs there are. */
  get labsKnown(): boolean {
    return this.#labs.value !== null;
  }

  /** Why it cannot be said which labs there are; none while it can. */
  get labsProblem(): Problem | null {
    return this.#labs.problem;
  }

  /** A lab that was removed. */
  removed(name: string | null): LabInfo | null {
    return this.listed.find(({ lab, phase }) => lab === name && phase === "removed") ?? null;
  }

  get jobs(): JobInfo[] {
    return this.#jobs.value ?? [];
  }

  lab(name: string | null): LabInfo | null {
    return this.labs.find(({ lab }) => lab === name) ?? null;
  }

  /** The lab of a lesson, if it runs. */
  labOf(lesson: string): LabInfo | null {
    return lesson ? this.lab(this.lessonLabs.get(lesson) ?? null) : null;
  }

  /** The newest job about a lab. */
  job(lab: string): JobInfo | null {
    return this.jobs.filter((job) => job.lab === lab).sort((a, b) => b.job - a.job)[0] ?? null;
  }
}

export const [getApp, setApp] = createContext<App>();
