// Doing an action in a lab: which one runs, how it ended, and stopping it.
import type { ActionCall } from "../rpc/action.gen";
import type { Client } from "../rpc/client";
import type { ActionResult } from "../rpc/schema.gen";
import { Asking } from "./asking.svelte";
import { followView, toView } from "./kinds";

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

  /** Stops what runs. Its id comes only with its answer, so it is looked up in the lab's own list of actions. */
  async cancel(): Promise<void> {
    const close = await followView(this.client, toView(this.lab, "lab_nodes", {}), async ({ value }) => {
      const running = value?.model.actions.findLast(({ name, state }) => state === "running" && name === this.call?.do);
      if (running) await this.client.call("cancel_action", { lab: this.lab, id: running.id });
      close();
    });
  }
}
