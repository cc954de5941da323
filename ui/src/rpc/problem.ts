// Problems as errors: whatever a host throws becomes one with a code, words and a hint.
import type { Problem } from "./problem.gen";

export class ProblemError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.message);
    this.name = "ProblemError";
  }
}

/** The problem in anything thrown. */
export function asProblem(thrown: unknown): ProblemError {
  if (thrown instanceof ProblemError) return thrown;
  if (isProblem(thrown)) return new ProblemError({ ...thrown, detail: thrown.detail ?? "", hint: thrown.hint ?? "" });
  return new ProblemError({
    code: "internal",
    message: "Pipewright could not do that because of a bug.",
    detail: thrown instanceof Error ? thrown.message : String(thrown),
    hint: "The log file says more.",
  });
}

function isProblem(thrown: unknown): thrown is Problem {
  return typeof thrown === "object" && thrown !== null && "code" in thrown && "message" in thrown;
}
