// As much of a text as a cell has room for: a long value must not make a column that nobody can see past. Pure.

/** Letters that a line of a cell may have, and letters of a text that is shown whole, in several lines. */
const LINE = 48;
const WHOLE = 160;
/** What stands behind a value of which only the beginning is known: its length and digest. */
const REMARK = /… \(([^()]*)\)$/;

export interface Brief {
  text: string;
  /** What is said of the rest: its length; empty if there is no rest. */
  rest: string;
  /** The text has room on one line. */
  line: boolean;
}

export function brief(text: string): Brief {
  const letters = [...text];
  if (letters.length <= LINE) return { text, rest: "", line: true };
  const unbroken = text.split(/\s/).some((word) => word.length > LINE);
  if (letters.length <= WHOLE && !unbroken) return { text, rest: "", line: false };
  const rest = REMARK.exec(text)?.[1] ?? `${letters.length} characters`;
  return { text: `${letters.slice(0, LINE).join("")}…`, rest, line: false };
}
