// Doing an action in a lab: which one runs, how far it is, how it ended, and stopping it. All by the id that the host gives
// it when it begins.
import type { ActionCall } from "../rpc/action.gen";
import type { Client } from "../rpc/client";
import { ProblemError } from "../rpc/problem";
import type { Progress } from "../rpc/progress.gen";
import type { ActionBegun } from "../rpc/schema.gen";
import { Asking } from "./asking.svelte";

/** An action that ended well. */
export interface Done extends ActionBegun {
  /** What came back. */
  says: string;
}

export class Acting extends Asking<Done> {
  /** The call that runs, or ran last. */
  call: ActionCall | null = $state.raw(null);
  /** What the button said. */
  label = $state("");
  /** Its id in the lab's journal; none before it has begun. */
  id: number | null = $state(null);
  /** How far it is, as far as it says so. */
  progress: Progress | null = $state.raw(null);
  #unwanted = false;

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
    this.id = null;
    this.progress = null;
    this.answer = null;
    this.#unwanted = false;
    return this.ask(() => this.#through(call));
  }

  /** Stops what runs, or what is about to begin. */
  async cancel(): Promise<void> {
    this.#unwanted = true;
    if (this.id !== null) await this.#stop(this.id);
  }

  async #through(call: ActionCall): Promise<Done> {
    const begun = await this.client.call("act", { lab: this.lab, action: call });
    this.id = begun.id;
    if (this.#unwanted) await this.#stop(begun.id);
    return { ...begun, says: await this.#end(begun.id) };
  }

  /** Follows it to its end; gives what came back, or throws why it failed. */
  async #end(id: number): Promise<string> {
    let close: () => void = () => undefined;
    try {
      return await new Promise<string>((done, failed) => {
        const following = this.client.follow({ to: "action", lab: this.lab, id }, ({ value, problem }) => {
          if (problem) failed(new ProblemError(problem));
          else if (value?.state === "running") this.progress = value.progress;
          else if (value?.state === "done") done(value.says);
          else if (value) failed(new ProblemError(value.problem));
          return Promise.resolve();
        });
        following.then((end) => (close = end), failed);
      });
    } finally {
      close();
    }
  }

  /** What has ended meanwhile needs no stopping. */
  async #stop(id: number): Promise<void> {
    await this.client.call("cancel_action", { lab: this.lab, id }).catch(() => undefined);
  }
}
