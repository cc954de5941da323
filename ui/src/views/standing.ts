// What a node's state is called, and the form of badge that goes with it, in the pictures of one engine's nodes.
import type { Form } from "../kit/paint";
import type { Hearing } from "../rpc/heard.gen";
import type { NodeState } from "../rpc/node_state.gen";

export interface Standing {
  words: string;
  form: Form;
  tone: "ok" | "warn" | "bad" | "plain";
}

interface Seen {
  heard: Hearing;
  container?: NodeState | null;
  cut?: boolean;
}

export function standing({ heard, container = null, cut = false }: Seen): Standing {
  if (container === "paused") return { words: "paused", form: "hatched", tone: "bad" };
  if (container === "stopped") return { words: "stopped", form: "hatched", tone: "bad" };
  if (heard === "silent") return { words: "does not answer", form: "hatched", tone: "bad" };
  if (container === "absent") return { words: "no container", form: "hatched", tone: "plain" };
  if (cut) return { words: "cut off", form: "dashed", tone: "bad" };
  if (heard === "not_asked") return { words: "not asked yet", form: "hatched", tone: "plain" };
  return { words: "answers", form: "outlined", tone: "ok" };
}
