// Commands that only ask: when the connection goes before the answer has come, they are simply asked again.
import type { Commands } from "../rpc/schema.gen";

const QUESTIONS: ReadonlySet<string> = new Set<keyof Commands>([
  "about",
  "doctor",
  "stacks",
  "labs",
  "actions",
  "views",
  "lessons",
  "lesson",
  "experiment_plan_check",
  "experiments",
  "experiment",
  "experiment_trials",
  "experiment_trial",
  "experiment_replays",
  "experiment_compare",
  "experiment_verify",
]);

/** Whether a command changes nothing, however often it is given. */
export function onlyAsks(command: string): boolean {
  return QUESTIONS.has(command);
}
