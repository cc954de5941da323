// What a trace amounts to, and words short enough for a diagram.
import { list, plural } from "../../kit/format";
import type { Model } from "./model.gen";

/** Sentences under the diagram. */
export function amounts(model: Model): string[] {
  const { mutations, acknowledged, late, data_reads, digest_reads, digest_mismatch, repairs, hinted } = model;
  const found: string[] = [];
  if (mutations > 0) {
    const after = late > 0 ? `, ${late} of them after the client had its answer` : "";
    found.push(
      `${plural(mutations, "replica was", "replicas were")} asked to write; ${plural(acknowledged, "acknowledgement")} came${after}.`,
    );
  }
  if (data_reads + digest_reads > 0) {
    const digests = digest_reads > 0 ? `, ${digest_reads} for a digest only` : "";
    found.push(`${plural(data_reads, "replica was", "replicas were")} asked for the row${digests}.`);
  }
  if (digest_mismatch) found.push("Their contents differed.");
  if (repairs > 0) found.push(`${plural(repairs, "repair")} went out before the answer.`);
  if (hinted.length > 0) found.push(`A hint was kept for ${list(hinted)} instead of a write.`);
  return found;
}

/** As many letters as there is room for. */
export function brief(words: string, pixels: number): string {
  const letters = Math.max(6, Math.floor(pixels / 6.2));
  return words.length <= letters ? words : `${words.slice(0, letters - 1).trimEnd()}…`;
}

/** The tail of a verb where a message is about nothing known: `MUTATION_REQ` as `mutation req`. */
export function verb(name: string): string {
  return name.toLowerCase().replaceAll("_", " ");
}
