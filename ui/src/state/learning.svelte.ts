// A lesson being learned: its text, its session, and what the learner asks of it.
import { asProblem } from "../rpc/problem";
import type { Problem } from "../rpc/problem.gen";
import type { LessonText, Session, StepState, StepText } from "../rpc/schema.gen";
import type { App } from "./app.svelte";
import { Asking } from "./asking.svelte";

export interface Step {
  text: StepText;
  /** None before the lesson was begun. */
  state: StepState | null;
  number: number;
}

export class Learning {
  text: LessonText | null = $state.raw(null);
  problem: Problem | null = $state.raw(null);
  /** The lesson was begun: there is a session to follow. */
  begun = $state(false);
  /** When it was asked for, on the page's clock. */
  begunAt = $state(-Infinity);
  /** How often it was started over: what was pressed before that is forgotten. */
  round = $state(0);
  readonly asking = new Asking();
  #wanted = "";
  /** The question asked last. */
  #last: Promise<boolean> = Promise.resolve(true);
  #beginning = false;

  constructor(
    readonly lesson: string,
    private readonly app: App,
  ) {
    void this.read();
  }

  /** Reads the text; again once the lab is up, because only then are the command lines known. */
  async read(): Promise<void> {
    try {
      this.text = await this.app.client.call("lesson", { lesson: this.lesson });
      this.problem = null;
      this.app.lessonLabs.set(this.lesson, this.text.lab);
    } catch (error) {
      this.problem = asProblem(error).problem;
    }
  }

  /** The lesson's lab is there. */
  get hasLab(): boolean {
    return this.text !== null && this.app.lab(this.text.lab) !== null;
  }

  /** Takes up a lab that runs, whenever the host comes to know it; none is started that nobody asked for. */
  async takeUp(): Promise<void> {
    if (!this.begun && !this.#beginning) await this.begin();
  }

  /**
   * Begins it, or goes on with it: `anyway`, also where memory seems too short for its lab; `fresh`, in a lab made anew,
   * whatever the one there is holds.
   */
  async begin(anyway = false, fresh = false): Promise<void> {
    this.#beginning = true;
    const asked = await this.#ask(() =>
      this.app.client.call("begin", { lesson: this.lesson, anyway, ...(fresh && { fresh }) }),
    );
    this.#beginning = false;
    if (!asked) return;
    this.begunAt = performance.now();
    this.begun = true;
  }

  predict(step: string, option: number): Promise<boolean> {
    return this.#ask(() => this.app.client.call("predict", { lesson: this.lesson, step, option }));
  }

  hint(step: string): Promise<boolean> {
    return this.#ask(() => this.app.client.call("hint", { lesson: this.lesson, step }));
  }

  solve(step: string): Promise<boolean> {
    return this.#ask(() => this.app.client.call("solve", { lesson: this.lesson, step }));
  }

  /** Goes to a step. Of several goings that wait the last one counts. */
  async go(step: string): Promise<boolean> {
    this.#wanted = step;
    await this.#last;
    return this.#wanted === step && this.#ask(() => this.app.client.call("go_to_step", { lesson: this.lesson, step }));
  }

  /** Starts over: `fresh`, also where others made something in its lab. */
  async reset(step: string, fresh = false): Promise<boolean> {
    const request = { lesson: this.lesson, step, ...(fresh && { fresh }) };
    const asked = await this.#ask(() => this.app.client.call("reset", request));
    if (asked) this.round += 1;
    return asked;
  }

  /** One question after the other: a click while an answer is under way is not lost. */
  #ask(question: () => Promise<unknown>): Promise<boolean> {
    this.#last = this.#last.then(() => this.asking.ask(question));
    return this.#last;
  }
}

/** The step being looked at, its text and its state together; the first one before the lesson was begun. */
export function currentStep(text: LessonText, session: Session | null): Step | null {
  const found = text.steps.findIndex(({ id }) => id === session?.step);
  const index = Math.max(0, found);
  const step = text.steps[index];
  if (!step) return null;
  return { text: step, state: session?.steps.find(({ id }) => id === step.id) ?? null, number: index + 1 };
}

/** Done before its session began: nothing of what was seen and pressed then is remembered. */
export function doneEarlier({ state }: Step): boolean {
  return state !== null && state.done && state.pressed.length === 0 && state.checks.every((check) => !check.evidence);
}
