// What a broker's state is called, and the form of badge that goes with it.
import type { Form } from "../../kit/paint";
import type { Broker } from "./model.gen";

export interface Standing {
  words: string;
  form: Form;
  tone: "ok" | "warn" | "bad" | "plain";
}

/** `known`: a broker has listed those that are registered. */
export function standing({ heard, container, fenced, registered, cut }: Broker, known: boolean): Standing {
  if (container === "paused") return { words: "paused", form: "hatched", tone: "bad" };
  if (container === "stopped" || container === "absent") return { words: container, form: "hatched", tone: "bad" };
  if (heard === "silent") return { words: "does not answer", form: "hatched", tone: "bad" };
  if (cut) return { words: "cut off", form: "dashed", tone: "bad" };
  if (fenced) return { words: "fenced", form: "dashed", tone: "warn" };
  if (heard === "not_asked") return { words: "not asked yet", form: "hatched", tone: "plain" };
  if (known && !registered) return { words: "not registered", form: "dashed", tone: "warn" };
  return { words: "answers", form: "outlined", tone: "ok" };
}
