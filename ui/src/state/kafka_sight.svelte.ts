// Which topic of a lab is looked at, and the topics there are.
import type { App } from "./app.svelte";
import { Chosen } from "./chosen.svelte";
import { type Ended, type Sight, endedAt } from "./sight";

declare module "./sight" {
  interface Sights {
    kafka: KafkaSight;
  }
}

export class KafkaSight implements Sight {
  /** The topic looked at. */
  readonly topic = new Chosen(
    () => this.topics,
    () => this.#feed.value?.model.topics_known ?? false,
  );
  #feed;
  #changes;

  /** Call it while a component is made. */
  constructor(app: App, lab: string) {
    this.#feed = app.feeds.view(lab, "kafka_cluster", {});
    this.#changes = app.feeds.view(lab, "timeline", { kinds: ["topic"] });
  }

  get topics(): string[] {
    return this.#feed.value?.model.topics ?? [];
  }

  /** The end of the topic looked at; none while it is there. */
  get ended(): Ended | null {
    if (!this.topic.gone) return null;
    const entries = this.#changes.value?.model.entries ?? [];
    return { at: endedAt(entries, this.topic.name), now: this.#changes.now };
  }

  get offers(): Record<string, readonly string[]> {
    return { topic: this.topics };
  }

  get given(): Record<string, string> {
    return this.topic.name === null ? {} : { topic: this.topic.name };
  }
}
