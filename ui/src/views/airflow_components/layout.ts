// A heartbeat on a line of time that ends now. Pure.
import { round } from "../../kit/paint";

/** The line goes back so far, milliseconds. */
export const BACK = 60_000;

export interface Beat {
  /** Where on the line it lies: 0 is its beginning, 1 is now. */
  at: number;
  /** It lies before the line begins. */
  before: boolean;
}

/** A heartbeat of that age; one that Airflow's clock puts a little after now lies at its end. */
export function beat(age: number): Beat {
  const at = 1 - Math.max(0, age) / BACK;
  return { at: round(Math.max(0, at) * 1000) / 1000, before: at < 0 };
}
