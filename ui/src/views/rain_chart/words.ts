// What the chart of rain says in words, and its points. Pure.
import { plural, span } from "../../kit/format";
import type { Count, Model, Rain, Window } from "./model.gen";

/** Who counts, in the order of the model. */
const NAMES: Record<string, string> = {
  table: "Stream, from Cassandra",
  topic: "Stream, from its topic",
  batch: "Batch, from Cassandra",
};

export const nameOf = ({ by }: Count): string => NAMES[by] ?? by;

/** The share of periods with rain, 0 to 100; null where nobody counted, or there was nothing to count. */
export const share = (rain: Rain | null): number | null =>
  rain === null || rain.periods <= 0 ? null : (100 * rain.rainy) / rain.periods;

/** Days as seconds since 1970, and a line of shares for each of the three. */
export function points(windows: readonly Window[]): [number[], ...(number | null)[][]] {
  const line = (of: (window: Window) => Rain | null) => windows.map((window) => share(of(window)));
  return [
    windows.map(({ number }) => number * 86_400),
    line(({ table }) => table),
    line(({ topic }) => topic),
    line(({ batch }) => batch),
  ];
}

/** How many closed windows it has, to which day, and how far that lies behind the newest record. */
export function has(count: Count): string {
  if (count.windows === null) return "not known";
  if (count.newest === null) return "none closed";
  const behind =
    count.behind === null
      ? ""
      : count.behind === 1
        ? ", a day behind the newest record"
        : `, ${plural(count.behind, "day")} behind the newest record`;
  return `${plural(count.windows, "day")}, to ${count.newest}${behind}`;
}

/** How old the newest count is, and since when nothing was read. `now`: journal time; `clock`: the engines' time. */
export function fresh(count: Count, now: number, clock: number | null): string {
  const said: string[] = [];
  if (count.computed_at !== null && clock !== null) said.push(`computed ${span(clock - count.computed_at)} ago`);
  if (count.read_at !== null) said.push(`read ${span(now - count.read_at)} ago`);
  if (count.heard === "silent") said.push("who has it does not answer");
  return said.join(", ");
}

/** What is said of days that are not closed, or of which the batch is older. */
export function notes({ windows }: Model): string[] {
  const days = (standing: Window["standing"]) =>
    windows.filter((window) => window.standing === standing).map(({ day }) => day);
  const [open, older] = [days("open"), days("older")];
  const said: string[] = [];
  if (open.length > 0) {
    said.push(
      `${open.join(", ")} ${open.length === 1 ? "is" : "are"} open: a window closes only when a record of a later day comes.`,
    );
  }
  if (older.length > 0) {
    said.push(
      `The batch counted ${older.join(", ")} while ${older.length === 1 ? "it was" : "they were"} open, and not since.`,
    );
  }
  return said;
}
