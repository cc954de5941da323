// A run in a few words. Pure.
import { list } from "../kit/format";
import type { ConsistencyPlan } from "../rpc/schema.gen";
import { FAULTS } from "./words";

/** `RF 3, write ONE and ALL, read ONE; stop one; hints off; 20 trials a cell`. */
export function planned({ rf, write, read, faults, hints, trials }: ConsistencyPlan): string {
  return [
    `RF ${list((rf ?? [3]).map(String))}, write ${list(write)}, read ${list(read)}`,
    list((faults ?? ["none"]).map((fault) => (fault === "none" ? "no fault" : FAULTS[fault].label))),
    `hints ${hints ? "on" : "off"}`,
    `${trials ?? 20} trials a cell`,
  ].join("; ");
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
