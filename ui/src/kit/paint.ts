// Colours and shapes for things that come in numbers. Colour never stands alone: a name, a form or a shape doubles it.

/** How a badge is drawn. */
export type Form = "filled" | "outlined" | "dashed" | "hatched";

const COLOURS = 6;

/** The colour of the thing with this number, from 1. */
export function colour(number: number): string {
  const index = (((Math.trunc(number) - 1) % COLOURS) + COLOURS) % COLOURS;
  return `var(--n${index + 1})`;
}

/** Outlines around a point, told apart without colour. */
const SHAPES: readonly ((x: number, y: number) => string)[] = [
  (x, y) => `M${x - 4} ${y}a4 4 0 1 1 8 0a4 4 0 1 1 -8 0z`,
  (x, y) => `M${x} ${y - 4.5}l4.8 8.5h-9.6z`,
  (x, y) => `M${x - 3.6} ${y - 3.6}h7.2v7.2h-7.2z`,
  (x, y) => `M${x} ${y - 5}l5 5l-5 5l-5 -5z`,
  (x, y) => `M${x - 1.6} ${y - 4.4}h3.2v2.8h2.8v3.2h-2.8v2.8h-3.2v-2.8h-2.8v-3.2h2.8z`,
  (x, y) => `M${x} ${y + 4.5}l4.8 -8.5h-9.6z`,
];

/** The outline of the shape with this number, from 0, around a point. */
export function shape(number: number, x: number, y: number): string {
  return SHAPES[number % SHAPES.length]?.(round(x), round(y)) ?? "";
}

/** A path of rectangles: one element, however many there are. */
export function rects(all: readonly { x: number; width: number }[], y: number, height: number): string {
  return all.map(({ x, width }) => `M${round(x)} ${y}h${round(width)}v${height}h${round(-width)}z`).join("");
}

/** To a tenth of a pixel. */
export function round(n: number): number {
  return Math.round(n * 10) / 10;
}

/** The number at the end of a name, as in `node-2`: it picks a colour and doubles it. */
export function numberIn(name: string, otherwise = 1): number {
  const digits = /(\d+)$/.exec(name)?.[1];
  return digits === undefined ? otherwise : Number(digits);
}
