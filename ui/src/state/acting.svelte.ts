// Doing an action in a lab: which one runs, how far it is, how it ended, and stopping it. All by the id that the host gives
// it when it begins; so what another page began, or this one before it was loaded again, is taken up by its id too.
import { SvelteSet } from "svelte/reactivity";
import type { ActionCall } from "../rpc/action.gen";
import type { Client } from "../rpc/client";
import { ProblemError } from "../rpc/problem";
import type { Progress } from "../rpc/progress.gen";
import type { ActionBegun, ActionRunning } from "../rpc/schema.gen";
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
  /** It was asked to stop, and has not ended yet. */
  stopping = $state(false);
  /** No button of this page began it as it is now. */
  takenUp = $state(false);
  readonly #known = new SvelteSet<number>();

  constructor(
    private readonly client: Client,
    readonly lab: string,
  ) {
    super();
  }

  act(call: ActionCall, label: string): Promise<boolean> {
    return this.#do(call, label, false, () => this.client.call("act", { lab: this.lab, action: call }));
  }

  /** Goes on with what somebody began: follows it, and may stop it. It began `ago` milliseconds ago. */
  takeUp({ id, action, by_hand }: ActionRunning, label: string, ago: number): Promise<boolean> {
    if (this.running) return Promise.resolve(false);
    const ended = this.#do(action, label, true, () => Promise.resolve({ id, by_hand }));
    this.since = performance.now() - ago;
    return ended;
  }

  /** It is, or was, done here; or what was asked for here is about to be it. */
  isAbout({ id, action }: ActionRunning): boolean {
    return this.#known.has(id) || (this.running && this.id === null && this.call?.do === action.do);
  }

  /** Stops what runs, or what is about to begin. */
  async cancel(): Promise<void> {
    if (!this.running) return;
    this.stopping = true;
    if (this.id !== null) await this.#stop(this.id);
  }

  #do(call: ActionCall, label: string, takenUp: boolean, begin: () => Promise<ActionBegun>): Promise<boolean> {
    if (this.running) return Promise.resolve(false);
    this.call = call;
    this.label = label;
    this.takenUp = takenUp;
    this.id = null;
    this.progress = null;
    this.answer = null;
    this.stopping = false;
    return this.ask(() => this.#through(begin));
  }

  async #through(begin: () => Promise<ActionBegun>): Promise<Done> {
    const begun = await begin();
    this.id = begun.id;
    this.#known.add(begun.id);
    if (this.stopping) await this.#stop(begun.id);
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
