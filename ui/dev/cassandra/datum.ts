// A short text as a model carries it; none is null.
import type { Datum } from "../../src/kit/datum";

export function datum(text: string | null): Datum {
  return text === null ? { kind: "null", text: "", bytes: 0 } : { kind: "text", text, bytes: text.length };
}
