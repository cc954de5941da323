// The files that an image is built from, as they are written in the room. Pure.
import type { BuildFile, Choice } from "../views/lab_image/model.gen";
import type { Draft } from "./dag/drafts";

/** What stands in the editor of a file: what was written here, else the file as it is. */
export function shownOf(file: BuildFile, draft: Draft | undefined): string {
  return draft && isOpen(file, draft) ? draft.text : file.text;
}

/**
 * Something was written here that is not in the file. What was saved from here (`good`) is in it once the file is no longer
 * the one on which that was begun (`saved`); what it is then, it is by somebody else.
 */
export function isOpen(file: BuildFile, draft: Draft | undefined): boolean {
  if (draft === undefined || draft.text === file.text) return false;
  return draft.good !== draft.text || draft.saved === file.text;
}

/** The file was written elsewhere since somebody began to write here. */
export function isBehind(file: BuildFile, draft: Draft | undefined): boolean {
  return draft !== undefined && isOpen(file, draft) && draft.saved !== file.text;
}

/** What is written now, begun on the file as it is, or as it was when somebody began. */
export function written(file: BuildFile, draft: Draft | undefined, text: string): Draft {
  return { text, saved: draft && isOpen(file, draft) ? draft.saved : file.text, good: null };
}

/** Why a name cannot be that of an image; empty if it can. The action has the same rule, and says it in full. */
export function wrongTag(tag: string): string {
  if (/^[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*(?::[\w][\w.-]{0,127})?$/.test(tag)) return "";
  return "A name like `airflow-ml:1`: small letters and digits, and a version after the colon.";
}

/** Images that the node may run and does not run now. */
export const others = (choices: readonly Choice[] | null): Choice[] => (choices ?? []).filter(({ in_use }) => !in_use);
