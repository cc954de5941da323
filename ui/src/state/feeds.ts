// Feeds by what is shown: one feed per subscription however many components show it, none while the page is hidden.
import { onMount } from "svelte";
import type { Client } from "../rpc/client";
import type { Subscription } from "../rpc/schema.gen";
import type { Clock } from "./clock.svelte";
import { Feed } from "./feed.svelte";

interface Held {
  feed: Feed<Subscription>;
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
  use<S extends Subscription>(to: S): Feed<S> {
    const key = JSON.stringify(to);
    const held = this.#held.get(key) ?? { feed: new Feed<Subscription>(to, this.client, this.clock), users: 0 };
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
    return held.feed as unknown as Feed<S>;
  }
}
