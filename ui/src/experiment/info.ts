// A run in a few words. Pure.
import { list, plural, span } from "../kit/format";
import type { ConsistencyPlan, ExperimentInfo } from "../rpc/schema.gen";
import { FAULTS } from "./words";

/** `RF 3, write ONE and ALL, read ONE; stop one; hints off; 20 trials a cell`. */
export function planned({ rf, write, read, faults, hints, trials }: ConsistencyPlan): string {
  return [
    `RF ${list((rf ?? [3]).map(String))}, write ${list(write)}, read ${list(read)}`,
    list((faults ?? ["none"]).map((fault) => (fault === "none" ? "no fault" : FAULTS[fault].label))),
    `hints ${hints ? "on" : "off"}`,
    `${plural(trials ?? 20, "trial")} a cell`,
  ].join("; ");
}

/** How far it is. Cells of one fault end together: while none has, and no trial was made, a number would tell nothing. */
export function far({ state, cells, cells_done, trials, took_ms }: ExperimentInfo): string {
  const ended = (state === "running" && cells_done === 0 ? "" : `${cells_done} of `) + plural(cells, "cell");
  if (state !== "running") return `${ended} ended, ${plural(trials, "trial")} in ${span(took_ms)}.`;
  const tried = trials === 0 ? "" : `${plural(trials, "trial")} in `;
  return `${ended}${cells_done === 0 ? "" : " ended"}, ${tried}${span(took_ms)} so far.`;
}

/** How long it still takes; an estimate that is used up is none. */
export function left({ state, remaining_ms }: ExperimentInfo): string {
  if (state !== "running" || remaining_ms === null) return "";
  return remaining_ms < 1000 ? "How long it still takes is not known." : `About ${span(remaining_ms)} to go.`;
}

/** When it began, by this machine's clock: `26 Nov, 01:46`. */
export function began(at: number): string {
  return new Intl.DateTimeFormat("en-GB", {
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
  }).format(at);
}
