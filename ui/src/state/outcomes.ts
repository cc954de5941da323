// What the outcomes of requests are called wherever one is shown, and the sign that goes with each. Pure.
/** The forms of sign and tones there are; `kit/Sign` draws them. */
type Form = "tick" | "barred" | "clock" | "cross" | "question" | "broken";
type Tone = "ok" | "warn" | "bad" | "plain";

export interface Ended {
  /** In a word or two. */
  word: string;
  /** What that means for the data. */
  means: string;
  form: Form;
  tone: Tone;
}

const OUTCOMES: Record<string, Ended> = {
  ok: { word: "ok", means: "As many replicas answered the coordinator as the level needs.", form: "tick", tone: "ok" },
  unavailable: {
    word: "Unavailable",
    means: "The coordinator believes that too few replicas are up, so it refuses and sends nothing.",
    form: "barred",
    tone: "bad",
  },
  write_timeout: {
    word: "WriteTimeout",
    means: "Too few replicas acknowledged in time. Any replica may have the write, or may still get it.",
    form: "clock",
    tone: "warn",
  },
  read_timeout: {
    word: "ReadTimeout",
    means: "Too few replicas answered in time.",
    form: "clock",
    tone: "warn",
  },
  write_failure: {
    word: "WriteFailure",
    means: "Replicas answered with an error.",
    form: "cross",
    tone: "bad",
  },
  read_failure: {
    word: "ReadFailure",
    means: "Replicas answered with an error.",
    form: "cross",
    tone: "bad",
  },
  refused: { word: "refused", means: "The coordinator did not accept the statement.", form: "cross", tone: "bad" },
  no_connection: {
    word: "no connection",
    means: "The coordinator could not be reached, so nothing was sent.",
    form: "broken",
    tone: "bad",
  },
  no_answer: {
    word: "no answer",
    means: "The request was sent, but no answer came. Nobody knows whether it was done.",
    form: "question",
    tone: "warn",
  },
};

/** How an outcome is shown; one that is not known here keeps its own name. */
export function ended(outcome: string): Ended {
  return OUTCOMES[outcome] ?? { word: outcome.replaceAll("_", " "), means: "", form: "question", tone: "plain" };
}

/** Outcomes with their numbers, `ok` first, then the most frequent. */
export function inOrder(outcomes: Record<string, number>): [outcome: string, times: number][] {
  return Object.entries(outcomes)
    .filter(([, times]) => times > 0)
    .sort(([a, x], [b, y]) => Number(b === "ok") - Number(a === "ok") || y - x || a.localeCompare(b));
}
