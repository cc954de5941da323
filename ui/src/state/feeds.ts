// Feeds by what is shown: one feed per subscription however many components show it, none while the page is hidden.
import { onMount } from "svelte";
import type { Client, Pushed } from "../rpc/client";
import type { Subscription } from "../rpc/schema.gen";
import type { Clock } from "./clock.svelte";
import { Feed, type Follow } from "./feed.svelte";
import { type Kind, type ParamsOf, type PushOf, followView, toView } from "./kinds";

/** A view is followed by its kind, so that its model has a type. */
type Other = Exclude<Subscription, { to: "view" }>;

interface Held {
  feed: Feed<object>;
  users: number;
}

export class Feeds {
  #held = new Map<string, Held>();

  constructor(
    private readonly client: Client,
    private readonly clock: Clock,
  ) {
    document.addEventListener("visibilitychange", () => {
      for (const { feed, users } of this.#held.values()) {
        if (document.hidden) feed.close();
        else if (users > 0) feed.open();
      }
    });
  }

  /** A feed for as long as the component being made is on screen. Call it while the component is made. */
  use<S extends Other>(to: S): Feed<Pushed<S>> {
    return this.#hold<Pushed<S>>(to, (on) => this.client.follow(to, on));
  }

  /** The same of a view of a lab. */
  view<K extends Kind>(lab: string, kind: K, params: ParamsOf<K>): Feed<PushOf<K>> {
    const to = toView(lab, kind, params);
    return this.#hold<PushOf<K>>(to, (on) => followView(this.client, to, on));
  }

  /** Equal subscriptions push the same, so whoever comes second gets the feed of the first. */
  #hold<T extends object>(to: Subscription, follow: Follow<T>): Feed<T> {
    const key = JSON.stringify(to);
    const held = this.#held.get(key) ?? { feed: new Feed(follow, this.clock), users: 0 };
    this.#held.set(key, held);
    onMount(() => {
      this.#held.set(key, held);
      held.users += 1;
      if (held.users === 1 && !document.hidden) held.feed.open();
      return () => {
        held.users -= 1;
        if (held.users > 0) return;
        held.feed.close();
        if (this.#held.get(key) === held) this.#held.delete(key);
      };
    });
    return held.feed as Feed<T>;
  }
}
