// Doing an action in a lab: which one runs, how it ended, and stopping it.
import type { ActionCall } from "../rpc/action.gen";
import type { Client } from "../rpc/client";
import type { ActionResult } from "../rpc/schema.gen";
import { Asking } from "./asking.svelte";

/** What a running action is known by in the lab's own list of actions. */
interface Running {
  id: number;
  name: string;
  state: string;
}

export class Acting extends Asking<ActionResult> {
  /** The call that runs, or ran last. */
  call: ActionCall | null = $state.raw(null);
  /** What the button said. */
  label = $state("");

  constructor(
    private readonly client: Client,
    readonly lab: string,
  ) {
    super();
  }

  act(call: ActionCall, label: string): Promise<boolean> {
    if (this.running) return Promise.resolve(false);
    this.call = call;
    this.label = label;
    return this.ask(() => this.client.call("act", { lab: this.lab, action: call }));
  }

  /** The id of the action that runs, found in the lab's list: the answer with the id comes only at its end. */
  id(actions: readonly Running[]): number | null {
    if (!this.running) return null;
    return actions.findLast(({ name, state }) => state === "running" && name === this.call?.do)?.id ?? null;
  }

  cancel(id: number): void {
    void this.client.call("cancel_action", { lab: this.lab, id }).catch(() => undefined);
  }
}
