// What Airflow's states of runs and tasks are called, what they mean, and how they are drawn wherever one is shown: a
// shape, a form and a colour, so that none of them stands alone. Pure.

/** How a state's box is drawn; how far it has come: waits (dashed, outlined), goes on (soft), has begun or ended (filled). */
export type Look = "filled" | "soft" | "outlined" | "dashed" | "hatched";

export interface State {
  /** Airflow's word, as its own pages write it. */
  word: string;
  /** What that means. */
  means: string;
  look: Look;
  /** Its colour, a token. */
  colour: string;
  /** Its shape within 12 by 12, a path to be filled by the rule of even and odd; empty for none. */
  shape: string;
}

const SHAPES = {
  tick: "M0.9 6.3L2.6 4.6L4.8 6.8L9.6 1.7L11.3 3.3L4.9 10.2z",
  cross: "M1.6 3.1L3.1 1.6L6 4.5L8.9 1.6L10.4 3.1L7.5 6L10.4 8.9L8.9 10.4L6 7.5L3.1 10.4L1.6 8.9L4.5 6z",
  play: "M3 1.4L10.8 6L3 10.6z",
  dots: "M0.4 6a1.6 1.6 0 1 0 3.2 0a1.6 1.6 0 1 0 -3.2 0zM4.4 6a1.6 1.6 0 1 0 3.2 0a1.6 1.6 0 1 0 -3.2 0zM8.4 6a1.6 1.6 0 1 0 3.2 0a1.6 1.6 0 1 0 -3.2 0z",
  clock:
    "M0.5 6a5.5 5.5 0 1 0 11 0a5.5 5.5 0 1 0 -11 0zM2 6a4 4 0 1 0 8 0a4 4 0 1 0 -8 0zM5.3 3.2h1.4v2.6l1.9 1.4l-0.8 1.1l-2.5 -1.9z",
  again: "M11 6.3A5 5 0 1 1 6 1.3V2.9A3.4 3.4 0 1 0 9.4 6.3zM5.4 -0.4L9.2 2.1L5.4 4.6z",
  anew: "M1 6.3A5 5 0 1 0 6 1.3V2.9A3.4 3.4 0 1 1 2.6 6.3zM6.6 -0.4L2.8 2.1L6.6 4.6z",
  aside: "M4.5 1V3.5H7.6A3.6 3.6 0 0 1 7.6 10.7H2.8V9.1H7.6A2 2 0 0 0 7.6 5.1H4.5V7.6L0.6 4.3z",
  glass: "M2 0.9h8v1.9L7.3 6L10 9.2V11.1H2V9.2L4.7 6L2 2.8z",
  up: "M6 0.7L10.8 5.7H7.3V11.2H4.7V5.7H1.2z",
  past: "M1 2L2.7 1L6.4 6L2.7 11L1 10L4 6zM5.6 2L7.3 1L11 6L7.3 11L5.6 10L8.6 6z",
  person: "M3.3 3.4a2.7 2.7 0 1 0 5.4 0a2.7 2.7 0 1 0 -5.4 0zM0.9 11.4C0.9 8.6 2.9 7 6 7S11.1 8.6 11.1 11.4z",
  dash: "M1.4 5h9.2v2h-9.2z",
  unknown:
    "M3 3.9A3 3 0 1 1 7.3 6.2C6.8 6.5 6.8 6.8 6.8 7.6H5.2C5.2 6.2 5.5 5.6 6.4 5.1A1.4 1.4 0 1 0 4.6 3.9zM5 8.8h2v2h-2z",
};

const of = (word: string, means: string, look: Look, colour: string, shape: keyof typeof SHAPES | null): State => ({
  word,
  means,
  look,
  colour: `var(--${colour})`,
  shape: shape === null ? "" : SHAPES[shape],
});

/** In the order of a task's life. */
const STATES = new Map<string, State>(
  Object.entries({
    none: of("no status", "The scheduler has not looked at it yet.", "dashed", "line-strong", null),
    scheduled: of(
      "scheduled",
      "All it waits for is there; it goes to the executor once a slot is free.",
      "dashed",
      "n6",
      "clock",
    ),
    queued: of("queued", "It was given to the executor and has not begun.", "outlined", "n6", "dots"),
    running: of("running", "It runs.", "filled", "accent", "play"),
    deferred: of("deferred", "The triggerer waits for it; no worker is busy with it.", "soft", "n4", "glass"),
    awaiting_input: of(
      "awaiting input",
      "It waits for what a human answers; it holds no slot.",
      "soft",
      "n2",
      "person",
    ),
    up_for_reschedule: of(
      "up for reschedule",
      "A sensor that gave its slot back until it looks again.",
      "soft",
      "n3",
      "aside",
    ),
    up_for_retry: of("up for retry", "It failed and will be tried again.", "soft", "warn", "again"),
    restarting: of("restarting", "It was cleared while it ran, and begins again.", "soft", "n4", "anew"),
    success: of("success", "It ended well.", "filled", "ok", "tick"),
    failed: of("failed", "It failed, and is not tried again.", "filled", "bad", "cross"),
    upstream_failed: of("upstream failed", "Something it waits for failed, so it never begins.", "soft", "bad", "up"),
    skipped: of(
      "skipped",
      "It was left out: a branch, a sensor or a task before it decided so.",
      "outlined",
      "n5",
      "past",
    ),
    removed: of("removed", "The DAG no longer has it.", "outlined", "line-strong", "dash"),
  }),
);

/** Names of states in the order of a task's life. */
export const ORDER: readonly string[] = [...STATES.keys()];

/** How a state is shown. Airflow has none before the scheduler looked; a word that is not known here stays as it is. */
export function stateOf(name: string | null): State {
  const found = STATES.get(name ?? "none");
  if (found) return found;
  return of((name ?? "").replaceAll("_", " "), "A state that Pipewright does not know.", "hatched", "n6", "unknown");
}

/** Its place in the order of a task's life; one that is not known stands last. */
export function rank(name: string | null): number {
  const place = ORDER.indexOf(name ?? "none");
  return place < 0 ? ORDER.length : place;
}
