// Which topic of a lab is looked at.
import type { Model } from "../views/kafka_cluster/model.gen";
import type { App } from "./app.svelte";
import type { Sight } from "./sight";

export class KafkaSight implements Sight {
  #picked: string | null = $state(null);
  #feed;

  /** Call it while a component is made. */
  constructor(app: App, lab: string) {
    this.#feed = app.feeds.use({ to: "view", lab, view: { kind: "kafka_cluster", with: {} } });
  }

  get topics(): string[] {
    return (this.#feed.value?.model as Model | undefined)?.topics ?? [];
  }

  /** The topic looked at: the one picked as long as it is there, else the first. */
  get topic(): string | null {
    return this.#picked !== null && this.topics.includes(this.#picked) ? this.#picked : (this.topics[0] ?? null);
  }

  pick(topic: string): void {
    this.#picked = topic;
  }

  get offers(): Record<string, readonly string[]> {
    return { topic: this.topics };
  }

  get given(): Record<string, string> {
    return this.topic === null ? {} : { topic: this.topic };
  }
}
