// A problem under a button of the lesson: the learner typed nothing, so advice about what to type helps nobody.
import { list } from "../kit/format";
import type { Code } from "../rpc/code.gen";
import type { Problem } from "../rpc/problem.gen";

/** What was asked for was refused: the advice is about how to ask. */
const REFUSED: readonly Code[] = ["engine_said_no", "action_invalid", "unknown"];
/** A node, or the lab, was not as the button needs it: the advice stands. */
const NOT_YET: readonly Code[] = ["node_silent", "not_now", "timed_out"];

/** The lab is gone; the problem's advice is a line for the terminal. */
export function isGone({ code }: Problem): boolean {
  return code === "lab_removed";
}

/** A problem beside a button that does what its line for the terminal would do. */
export function besideButton(problem: Problem): Problem {
  return isGone(problem) ? { ...problem, hint: "" } : problem;
}

/** `missed`: labels of the step's buttons before this one that were not pressed. */
export function plain(problem: Problem, label: string, missed: readonly string[]): Problem {
  if (isGone(problem)) return besideButton(problem);
  const refused = REFUSED.includes(problem.code);
  if (!refused && !(NOT_YET.includes(problem.code) && missed.length > 0)) return problem;
  const cause = problem.message.includes(problem.detail) ? [problem.message] : [problem.message, problem.detail];
  const hints = [refused ? "" : problem.hint, missed.length > 0 ? first(missed) : AGAIN];
  return {
    ...problem,
    message: `“${label}” did not succeed.`,
    detail: cause.join("\n"),
    hint: hints.filter(Boolean).join(" "),
  };
}

const AGAIN = "Something in the lab is not as this button needs it. Try again, or start over at this step.";
const NAMED = 3;

function first(missed: readonly string[]): string {
  const named = missed.map((label) => `“${label}”`);
  if (missed.length === 1) return `You have not pressed ${list(named)} in this step. You may have to do that first.`;
  const more = missed.length > NAMED ? [...named.slice(0, NAMED), `${missed.length - NAMED} more`] : named;
  return `You have not pressed ${list(more)} in this step. You may have to do that first.`;
}
