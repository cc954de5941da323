// What a component's state is called, and the form of badge that goes with it.
import type { Form } from "../../kit/paint";
import type { ApiServer, Component, Model } from "./model.gen";

export interface Standing {
  words: string;
  form: Form;
  tone: "ok" | "warn" | "bad" | "plain";
}

const NAMES: Record<string, string> = {
  metadatabase: "metadatabase",
  scheduler: "scheduler",
  dag_processor: "dag processor",
  triggerer: "triggerer",
};

/** Its name without underscores. */
export function nameOf({ name }: Component): string {
  return NAMES[name] ?? name.replaceAll("_", " ");
}

/** What each is there for. */
const DOES: Record<string, string> = {
  metadatabase: "holds all that the others know",
  scheduler: "decides what runs next",
  dag_processor: "reads the DAG files",
  triggerer: "waits for deferred tasks",
};

export function does({ name }: Component): string {
  return DOES[name] ?? "";
}

/** `heard`: the API server answers, so what it says is of now. */
export function standing({ status }: Component, { heard }: ApiServer): Standing {
  const now = heard === "answering";
  if (status === null) return { words: "never started", form: "hatched", tone: now ? "bad" : "plain" };
  if (!now) return { words: `was ${status}`, form: "hatched", tone: "plain" };
  if (status === "healthy") return { words: status, form: "outlined", tone: "ok" };
  return { words: status, form: "dashed", tone: status === "unhealthy" ? "bad" : "warn" };
}

/** The API server itself: it is the one that is asked. */
export function serverStanding({ heard, node }: ApiServer): Standing {
  if (node === null) return { words: "no such node", form: "hatched", tone: "plain" };
  if (heard === "not_asked") return { words: "not asked yet", form: "hatched", tone: "plain" };
  if (heard === "silent") return { words: "does not answer", form: "hatched", tone: "bad" };
  return { words: "answers", form: "outlined", tone: "ok" };
}

interface Warm {
  words: string;
  form: "tick" | "clock" | "question";
  tone: "ok" | "warn" | "plain";
}

/** Whether the first task still has to pay for its imports. */
export function warmth({ warm }: Model): Warm {
  if (warm === null) return { words: "Whether it is warm is not known yet.", form: "question", tone: "plain" };
  if (!warm)
    return {
      words: "Not warm yet: the warm-up run has not ended, and a task would begin slowly.",
      form: "clock",
      tone: "warn",
    };
  return {
    words: "Warm: a run of the warm-up DAG has ended since the scheduler was started.",
    form: "tick",
    tone: "ok",
  };
}
