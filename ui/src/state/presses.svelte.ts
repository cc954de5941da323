// Which buttons of a step were pressed, the result of the last one, and which one is next.
import { SvelteSet } from "svelte/reactivity";
import type { ActionCall } from "../rpc/action.gen";
import type { ActionRunning, Button } from "../rpc/schema.gen";
import type { Acting } from "./acting.svelte";

export class Presses {
  /** When the last action ended, on the page's clock; none before, and while one runs. */
  since: number | null = $state(null);
  readonly #done = new SvelteSet<string>();
  #last: ActionCall | null = $state.raw(null);

  constructor(
    private readonly acting: Acting,
    /** Buttons of the step whose actions ended well by the host's word, before this page was opened or elsewhere. */
    private readonly told: () => readonly Button[],
  ) {}

  press({ action, label }: Button): Promise<void> {
    return this.#through(action, () => this.acting.act(action, label));
  }

  /** Its action runs already: it was pressed in another page, or before this one was loaded again. */
  takeUp(running: ActionRunning, label: string, ago: number): Promise<void> {
    return this.#through(running.action, () => this.acting.takeUp(running, label, ago));
  }

  async #through(action: ActionCall, doing: () => Promise<boolean>): Promise<void> {
    if (this.acting.running) return;
    this.#last = action;
    this.since = null;
    const well = await doing();
    this.since = performance.now();
    if (well) this.#done.add(name(action));
  }

  /** The button was pressed, and its action ended well. */
  isDone({ action }: Button): boolean {
    return this.#done.has(name(action)) || this.told().some((button) => name(button.action) === name(action));
  }

  /** The first button that is still to be pressed; none once all were. */
  next(buttons: readonly Button[]): Button | null {
    return buttons.find((button) => !this.isDone(button)) ?? null;
  }

  /** Of the step's buttons before the one pressed last, those that are still to be pressed. */
  missed(buttons: readonly Button[]): Button[] {
    const last = this.#last === null ? "" : name(this.#last);
    const place = buttons.findIndex(({ action }) => name(action) === last);
    return buttons.slice(0, Math.max(0, place)).filter((button) => !this.isDone(button));
  }

  /** The last result came from a button of this step. */
  get ours(): boolean {
    return this.#last !== null && this.acting.call === this.#last;
  }
}

/** The same action, whichever argument is named first. */
export function same(one: ActionCall, other: ActionCall): boolean {
  return name(one) === name(other);
}

/** By value: buttons are read anew once the lab is up. */
const name = (action: ActionCall) => JSON.stringify(Object.entries(action).sort(([a], [b]) => (a < b ? -1 : 1)));
