// All that draws a graph, in one piece to be loaded.
import { type Arranged, arrange, shapeOf } from "./arrange";

export { default as Canvas } from "./Canvas.svelte";
export { shapeOf };

/** Lays a shape out; the same one for the same shape. */
export function arrangeShape(shape: string): Arranged {
  const [items, frames, links] = JSON.parse(shape) as Parameters<typeof arrange>;
  return arrange(items, frames, links);
}
