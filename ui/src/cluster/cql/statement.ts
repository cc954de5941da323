// A text of CQL as statements. Pure.

/** Something that hides a semicolon: strings, quoted names, comments. */
const HIDING = /'(?:[^']|'')*'?|"(?:[^"]|"")*"?|\$\$[\s\S]*?(?:\$\$|$)|--[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/g;

/** The text with what hides blotted out, letter by letter, so that places stay the same. */
export function bare(text: string): string {
  return text.replace(HIDING, (hidden) => hidden.replace(/[^\n]/g, " "));
}

/** The statement a place lies in, without its semicolon; the one before it if only space follows. */
export function statementAt(text: string, place: number): string {
  const open = bare(text);
  const ends = [...open.matchAll(/;/g)].map(({ index }) => index);
  const edges = [-1, ...ends, text.length];
  const spans = edges.slice(1).map((end, index) => text.slice((edges[index] ?? -1) + 1, end).trim());
  let at = ends.findIndex((end) => place <= end);
  if (at < 0) at = spans.length - 1;
  for (; at > 0 && spans[at] === ""; at--);
  return spans[at] ?? "";
}

/** Whether it is a compare-and-set through Paxos, not only `IF NOT EXISTS` of a schema. */
export function conditional(statement: string): boolean {
  return /^\s*(insert|update|delete|begin)\b[\s\S]*\bif\b/i.test(bare(statement));
}
