// What does not change while the application runs, asked for once: stacks, actions, versions; and the doctor's findings,
// asked for again on request.
import type { Client } from "../rpc/client";
import type { About, ActionInfo, Doctor, StackInfo } from "../rpc/schema.gen";
import { Asking } from "./asking.svelte";

export class Machine {
  stacks: StackInfo[] = $state.raw([]);
  actions: ActionInfo[] = $state.raw([]);
  about: About | null = $state.raw(null);
  readonly doctor = new Asking<Doctor>();
  readonly reading = new Asking<void>();

  /** What there is was told, or will not be: what is laid out by it moves no more. */
  get known(): boolean {
    return this.about !== null || this.reading.problem !== null;
  }

  constructor(private readonly client: Client) {
    void this.read();
    void this.look();
  }

  /** Reads what there is. */
  read(): Promise<boolean> {
    return this.reading.ask(async () => {
      [this.about, this.stacks, this.actions] = await Promise.all([
        this.client.call("about"),
        this.client.call("stacks"),
        this.client.call("actions"),
      ]);
    });
  }

  /** Looks at the machine and its container engines. */
  look(): Promise<boolean> {
    return this.doctor.ask(() => this.client.call("doctor"));
  }

  stack(name: string | undefined): StackInfo | null {
    return this.stacks.find((stack) => stack.name === name) ?? null;
  }
}
