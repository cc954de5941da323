// Which buttons of a step were pressed, the result of the last one, and which one is next.
import { SvelteSet } from "svelte/reactivity";
import type { ActionCall } from "../rpc/action.gen";
import type { Button } from "../rpc/schema.gen";
import type { Acting } from "./acting.svelte";

export class Presses {
  /** When the last action ended, on the page's clock; none before, and while one runs. */
  since: number | null = $state(null);
  readonly #done = new SvelteSet<string>();
  #last: ActionCall | null = $state.raw(null);

  constructor(private readonly acting: Acting) {}

  async press({ action, label }: Button): Promise<void> {
    if (this.acting.running) return;
    this.#last = action;
    this.since = null;
    const well = await this.acting.act(action, label);
    this.since = performance.now();
    if (well) this.#done.add(name(action));
  }

  /** The button was pressed, and its action ended well. */
  isDone({ action }: Button): boolean {
    return this.#done.has(name(action));
  }

  /** The first button that is still to be pressed; none once all were. */
  next(buttons: readonly Button[]): Button | null {
    return buttons.find((button) => !this.isDone(button)) ?? null;
  }

  /** The last result came from a button of this step. */
  get ours(): boolean {
    return this.#last !== null && this.acting.call === this.#last;
  }
}

/** By value: buttons are read anew once the lab is up. */
const name = (action: ActionCall) => JSON.stringify(action);
