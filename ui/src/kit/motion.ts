// Moves what is on screen, unless the user prefers less motion.

/** Brings an element to the top of its pane; at once for who asked for less motion. */
export function bring(element: Element): void {
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  element.scrollIntoView({ behavior: still ? "auto" : "smooth", block: "start" });
}
