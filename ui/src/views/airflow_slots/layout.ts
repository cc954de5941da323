// Who holds which slot over time: a lane for each slot of each pool, and lanes for what waits without one. Pure.
import type { Instance, Interval, Model, Pool } from "./model.gen";

export interface Bar {
  /** Its place among all bars. */
  key: string;
  instance: Instance;
  interval: Interval;
  /** Where it begins and ends, as shares of the whole time. */
  from: number;
  to: number;
  /** It goes on. */
  open: boolean;
}

export interface Lane {
  bars: Bar[];
}

export interface Band {
  /** What its lanes are: the slots of a pool, or what holds none. */
  kind: "pool" | "waits" | "no_slot" | "unknown";
  /** The pool's name, or the state. */
  name: string;
  lanes: Lane[];
  /** Lanes that are not drawn. */
  more: number;
}

/** Lanes of one band that are drawn; a pool of 128 slots is not 128 lines of nothing. */
const MOST_LANES = 8;
/** Bars that are drawn, the newest; the table has them all. */
export const MOST_BARS = 400;
/** A bar is at least this wide, as a share: what was shorter is seen, too. */
const LEAST = 0.004;

/** States that hold no slot, in the order of their bands. */
const WITHOUT = ["up_for_reschedule", "deferred", "awaiting_input", "up_for_retry", "restarting"];

interface Piece {
  instance: Instance;
  interval: Interval;
  end: number;
}

/** The time that is shown, by Airflow's clock; none before it is known. */
export function range({ minutes, at }: Model): { from: number; until: number } | null {
  return at === null ? null : { from: at - minutes * 60_000, until: at };
}

/** All intervals within the time that is shown, the earliest first; at most the newest so many. */
export function pieces(model: Model): Piece[] {
  const time = range(model);
  if (time === null) return [];
  const { from, until } = time;
  return model.instances
    .flatMap((instance) =>
      instance.intervals.map((interval) => ({ instance, interval, end: Math.min(until, interval.to ?? until) })),
    )
    .filter(({ interval, end }) => end >= from && interval.from <= until)
    .sort((a, b) => a.interval.from - b.interval.from || a.end - b.end)
    .slice(-MOST_BARS);
}

/** The first lanes that are free at a time, as many as are needed, side by side or not. */
function free(ends: number[], at: number, needed: number): number[] {
  const found: number[] = [];
  for (let lane = 0; found.length < needed; lane += 1) if ((ends[lane] ?? -Infinity) <= at) found.push(lane);
  return found;
}

function laid(all: readonly Piece[], from: number, until: number, wide: (piece: Piece) => number): Lane[] {
  const [lanes, ends]: [Lane[], number[]] = [[], []];
  const share = (at: number) => (until === from ? 0 : Math.min(1, Math.max(0, (at - from) / (until - from))));
  for (const piece of all) {
    const { instance, interval, end } = piece;
    for (const lane of free(ends, interval.from, wide(piece))) {
      ends[lane] = end;
      const begin = Math.min(share(interval.from), 1 - LEAST);
      (lanes[lane] ??= { bars: [] }).bars.push({
        key: `${instance.dag_id} ${instance.dag_run_id} ${instance.task_id} ${instance.map_index ?? -1} ${interval.state} ${interval.from} ${lane}`,
        instance,
        interval,
        from: begin,
        to: Math.max(share(end), begin + LEAST),
        open: interval.to === null,
      });
    }
  }
  return lanes;
}

function cut(band: Omit<Band, "more">, least: number): Band {
  const lanes = [...band.lanes];
  while (lanes.length < Math.min(least, MOST_LANES)) lanes.push({ bars: [] });
  return { ...band, lanes: lanes.slice(0, MOST_LANES), more: Math.max(0, Math.max(lanes.length, least) - MOST_LANES) };
}

/** A pool's lanes: all its slots while they are few, else those that were held. */
function bandOf({ name, slots }: Pool, held: readonly Piece[], from: number, until: number): Band {
  const slotsOf = ({ instance }: Piece) => Math.max(1, Math.min(instance.pool_slots ?? 1, MOST_LANES));
  return cut(
    { kind: "pool", name, lanes: laid(held, from, until, slotsOf) },
    slots > 0 && slots <= MOST_LANES ? slots : 1,
  );
}

export function bands(model: Model): Band[] {
  const { pools } = model;
  const time = range(model);
  if (time === null) return [];
  const { from, until } = time;
  const all = pieces(model);
  const one = () => 1;
  const held = all.filter(({ interval }) => interval.holds_pool_slots === true);
  const names = new Set((pools ?? []).map(({ name }) => name));
  const ofPools = (pools ?? []).map((pool) =>
    bandOf(
      pool,
      held.filter(({ instance }) => instance.pool === pool.name),
      from,
      until,
    ),
  );
  const homeless = held.filter(({ instance }) => instance.pool === null || !names.has(instance.pool));
  const unknown = all.filter(({ interval }) => interval.holds_pool_slots === null);
  const without = all.filter(({ interval }) => interval.holds_pool_slots === false);
  const scheduled = without.filter(({ interval }) => interval.state === "scheduled" || interval.state === "queued");
  const others = [...new Set(without.map(({ interval }) => interval.state))].filter(
    (state) => state !== "scheduled" && state !== "queued",
  );
  others.sort((a, b) => (WITHOUT.indexOf(a) + 1 || 99) - (WITHOUT.indexOf(b) + 1 || 99));
  const band = (kind: Band["kind"], name: string, of: readonly Piece[]) =>
    of.length === 0 ? [] : [cut({ kind, name, lanes: laid(of, from, until, one) }, 1)];
  return [
    ...ofPools,
    ...band(
      "unknown",
      "pool not known",
      [...homeless, ...unknown].sort((a, b) => a.interval.from - b.interval.from),
    ),
    ...band("waits", "scheduled", scheduled),
    ...others.flatMap((state) =>
      band(
        "no_slot",
        state,
        without.filter(({ interval }) => interval.state === state),
      ),
    ),
  ];
}

/** Marks on the time's line: where, and how long before its end. */
export function marks(model: Model): { at: number; ago: number }[] {
  if (range(model) === null) return [];
  const all = model.minutes * 60_000;
  const steps = [10_000, 30_000, 60_000, 120_000, 300_000, 600_000, 900_000];
  const step = steps.find((each) => all / each <= 6) ?? all / 4;
  const count = Math.floor(all / step);
  return Array.from({ length: count + 1 }, (_, index) => ({
    at: 1 - (index * step) / all,
    ago: index * step,
  })).reverse();
}

/** Where an arrow key leads from a bar; none if it is no key of the lanes. */
export function moved(key: string, from: string | null, lanes: readonly Lane[]): string | null {
  const filled = lanes.filter(({ bars }) => bars.length > 0);
  const row = filled.findIndex(({ bars }) => bars.some((bar) => bar.key === from));
  const bars = filled[row]?.bars ?? [];
  const place = bars.findIndex((bar) => bar.key === from);
  const now = bars[place];
  if (!now) return key.startsWith("Arrow") ? (filled[0]?.bars.at(-1)?.key ?? null) : null;
  const beside = (to: number) => bars[Math.max(0, Math.min(bars.length - 1, to))]?.key ?? null;
  const nearest = (to: number) => {
    const middle = (now.from + now.to) / 2;
    const others = filled[Math.max(0, Math.min(filled.length - 1, to))]?.bars ?? [];
    const far = (bar: Bar) => Math.abs((bar.from + bar.to) / 2 - middle);
    return (
      others.reduce<Bar | null>((best, bar) => (best === null || far(bar) < far(best) ? bar : best), null)?.key ?? null
    );
  };
  switch (key) {
    case "ArrowLeft":
      return beside(place - 1);
    case "ArrowRight":
      return beside(place + 1);
    case "Home":
      return beside(0);
    case "End":
      return beside(bars.length);
    case "ArrowUp":
      return row === 0 ? now.key : nearest(row - 1);
    case "ArrowDown":
      return row === filled.length - 1 ? now.key : nearest(row + 1);
    default:
      return null;
  }
}
