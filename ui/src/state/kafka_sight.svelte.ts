// Which topic of a lab is looked at, and the topics there are.
import type { Model } from "../views/kafka_cluster/model.gen";
import type { Model as Timeline } from "../views/timeline/model.gen";
import type { App } from "./app.svelte";
import { Chosen } from "./chosen.svelte";
import { type Ended, type Sight, endedAt } from "./sight";

export class KafkaSight implements Sight {
  /** The topic looked at. */
  readonly topic = new Chosen(
    () => this.topics,
    () => this.#model?.topics_known ?? false,
  );
  #feed;
  #changes;

  /** Call it while a component is made. */
  constructor(app: App, lab: string) {
    this.#feed = app.feeds.use({ to: "view", lab, view: { kind: "kafka_cluster", with: {} } });
    this.#changes = app.feeds.use({ to: "view", lab, view: { kind: "timeline", with: { kinds: ["topic"] } } });
  }

  get #model(): Model | undefined {
    return this.#feed.value?.model as Model | undefined;
  }

  get topics(): string[] {
    return this.#model?.topics ?? [];
  }

  /** The end of the topic looked at; none while it is there. */
  get ended(): Ended | null {
    if (!this.topic.gone) return null;
    const entries = (this.#changes.value?.model as Timeline | undefined)?.entries ?? [];
    return { at: endedAt(entries, this.topic.name), now: this.#changes.now };
  }

  get offers(): Record<string, readonly string[]> {
    return { topic: this.topics };
  }

  get given(): Record<string, string> {
    return this.topic.name === null ? {} : { topic: this.topic.name };
  }
}
