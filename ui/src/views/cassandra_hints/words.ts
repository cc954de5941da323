// What is said of a holder's switches and of what it keeps for another node.
import { bytes, count, list, plural, span } from "../../kit/format";
import type { Form, Tone } from "../../kit/Sign.svelte";
import type { Holder, Target, Turn } from "./model.gen";

/** Whether and for how long it writes hints. */
export function switches({ enabled, window_ms, paused }: Holder): { words: string; tone: "ok" | "warn" | "plain" } {
  if (enabled === null) return { words: "has not said", tone: "plain" };
  if (!enabled) return { words: "writes no hints", tone: "warn" };
  const how = window_ms === null ? "" : `, for ${span(window_ms).replace(/ 0 (s|min)$/, "")}`;
  return { words: `writes hints${how}${paused ? "; delivery paused" : ""}`, tone: paused ? "warn" : "ok" };
}

/** What nobody keeps, as far as it is known. */
export function none(holders: readonly Holder[]): string {
  const unseen = holders.filter(({ looked_at }) => !looked_at).map(({ node }) => node);
  if (unseen.length === 0) return "No node keeps a hint for another one.";
  return `The hint files of ${list(unseen)} were not looked at yet.`;
}

/** What it counted since it started. */
export function counted({ counted: told, delivered, failed, timed_out }: Holder): string {
  if (!told) return "has not said what it delivered";
  return [
    `delivered ${count(delivered)}`,
    failed > 0 ? `refused by their target ${count(failed)}` : "",
    timed_out > 0 ? `not answered in time ${count(timed_out)}` : "",
  ]
    .filter(Boolean)
    .join(", ");
}

/** What lies between the two. */
export function kept({ looked_at }: Holder, { bytes: size, files, written, not_stored }: Target): string {
  if (!looked_at) return "not looked at yet";
  if (size > 0) return `${bytes(size)} in ${plural(files, "file")}`;
  if (written > 0) return `none left of ${count(written)}`;
  if (not_stored > 0) return `${count(not_stored)} not stored`;
  return "none";
}

const SIGNS: Record<string, [Form, Tone]> = {
  stored: ["clock", "plain"],
  delivered: ["tick", "ok"],
  not_stored: ["cross", "bad"],
  disabled: ["barred", "warn"],
  paused: ["barred", "warn"],
};

export function sign({ kind }: Turn): { form: Form; tone: Tone } {
  const [form, tone] = SIGNS[kind] ?? ["tick", "plain"];
  return { form, tone };
}
