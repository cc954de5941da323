// What a container's state is called.
import type { Form } from "../../kit/paint";
import type { Node } from "./model.gen";

export interface Standing {
  words: string;
  form: Form;
  tone: "ok" | "warn" | "bad" | "plain";
}

export function standing({ state, cut, heard, exit_code, waits }: Node): Standing {
  if (waits) return { words: "waits to join", form: "dashed", tone: "plain" };
  switch (state) {
    case null:
      return { words: "not known yet", form: "hatched", tone: "plain" };
    case "paused":
      return { words: "paused", form: "hatched", tone: "bad" };
    case "absent":
      return { words: "no container", form: "hatched", tone: "bad" };
    case "stopped":
      return {
        words: exit_code === null ? "stopped" : `stopped, exit code ${exit_code}`,
        form: "hatched",
        tone: "bad",
      };
    case "running":
      if (cut) return { words: "cut off", form: "dashed", tone: "bad" };
      if (heard === "silent") return { words: "runs, does not answer", form: "dashed", tone: "warn" };
      return { words: "runs", form: "outlined", tone: "ok" };
  }
}
