// A load's outcomes as shares of a bar. Pure.
import { inOrder } from "../../state/outcomes";
import type { Load } from "./model.gen";

export interface Share {
  outcome: string;
  times: number;
  /** 0 to 1 of the bar. */
  from: number;
  width: number;
}

/** Of what was asked for; what has not ended stays empty. A single failure among thousands is still seen. */
export function shares({ outcomes, asked }: Load): Share[] {
  const LEAST = 0.012;
  let from = 0;
  return inOrder(outcomes).map(([outcome, times]) => {
    const width = Math.min(Math.max(times / Math.max(1, asked), LEAST), Math.max(0, 1 - from));
    const share = { outcome, times, from, width };
    from += width;
    return share;
  });
}
