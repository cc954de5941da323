// Which part of a graph is seen first, and how large its canvas is. Pure.
import type { Arranged, Box } from "./arrange";

export interface First {
  height: number;
  x: number;
  y: number;
  zoom: number;
  /** All of it is seen. */
  whole: boolean;
}

/** Below this nothing can be read; what does not fit then is shown at a size that is pleasant to read. */
const [READABLE, PLEASANT] = [0.6, 0.85];
const [LOWEST, HIGHEST] = [150, 440];
const PADDING = 14;
/** Room above, for the buttons that zoom. */
const ABOVE = 30;

/** Around everything that is drawn. */
export function bounds({ tasks, groups }: Pick<Arranged, "tasks" | "groups">): Box {
  const all = [...tasks.values(), ...groups.values()];
  if (all.length === 0) return { x: 0, y: 0, width: 1, height: 1 };
  const [x, y] = [Math.min(...all.map((box) => box.x)), Math.min(...all.map((box) => box.y))];
  return {
    x,
    y,
    width: Math.max(...all.map((box) => box.x + box.width)) - x,
    height: Math.max(...all.map((box) => box.y + box.height)) - y,
  };
}

const within = (low: number, value: number, high: number) => Math.min(Math.max(low, value), Math.max(low, high));

/** All of it where that can be read; else the part around `focus`, readable. */
export function firstView(all: Box, width: number, focus: Box | undefined): First {
  const fit = Math.min(1, (width - 2 * PADDING) / all.width, (HIGHEST - ABOVE - 2 * PADDING) / all.height);
  const whole = fit >= READABLE;
  const zoom = whole ? fit : PLEASANT;
  const height = Math.round(within(LOWEST, all.height * zoom + 2 * PADDING + ABOVE, HIGHEST));
  const middle = (room: number, from: number, length: number, at: number) => {
    if (length * zoom <= room - 2 * PADDING) return (room - length * zoom) / 2 - from * zoom;
    return within(room - PADDING - (from + length) * zoom, room / 2 - at * zoom, PADDING - from * zoom);
  };
  const at = focus ?? { x: all.x, y: all.y, width: 0, height: 0 };
  return {
    height,
    zoom,
    whole,
    x: Math.round(middle(width, all.x, all.width, at.x + at.width / 2)),
    y: ABOVE + Math.round(middle(height - ABOVE, all.y, all.height, at.y + at.height / 2)),
  };
}

interface Viewport {
  x: number;
  y: number;
  zoom: number;
}

/** The same view moved as little as shows the box; the same one if it is seen. */
export function showing(box: Box, view: Viewport, width: number, height: number): Viewport {
  const shift = (from: number, length: number, at: number, room: number) => {
    const [low, high] = [from * view.zoom + at, (from + length) * view.zoom + at];
    if (low < PADDING) return at + PADDING - low;
    return high > room - PADDING ? at + room - PADDING - high : at;
  };
  return {
    zoom: view.zoom,
    x: shift(box.x, box.width, view.x, width),
    y: shift(box.y, box.height, view.y, height),
  };
}
