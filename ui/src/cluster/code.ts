// How editors for code look, whichever language they are for. Loaded with them, because it is larger than a page.
import { HighlightStyle } from "@codemirror/language";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

/** Colours of the page, in both themes. */
export const look = EditorView.theme({
  "&": { fontSize: "13px", backgroundColor: "var(--surface)", color: "var(--text)" },
  "&.cm-focused": { outline: "2px solid var(--accent)", outlineOffset: "-1px" },
  ".cm-content": {
    fontFamily: "var(--mono)",
    fontVariantLigatures: "none",
    caretColor: "var(--text)",
    padding: "8px 0",
  },
  ".cm-cursor": { borderLeftColor: "var(--text)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "var(--accent-soft)",
  },
  ".cm-placeholder": { color: "var(--muted)" },
  ".cm-tooltip": {
    backgroundColor: "var(--surface)",
    border: "1px solid var(--line-strong)",
    borderRadius: "6px",
    overflow: "hidden",
  },
  ".cm-tooltip-autocomplete > ul": { fontFamily: "var(--mono)", maxHeight: "220px" },
  ".cm-tooltip-autocomplete > ul > li[aria-selected]": { backgroundColor: "var(--accent-soft)", color: "var(--text)" },
  ".cm-completionDetail": { color: "var(--muted)", fontStyle: "normal" },
  ".cm-matchingBracket": { backgroundColor: "var(--accent-soft) !important" },
});

export const ink = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--accent)", fontWeight: "600" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--n3)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--n5)" },
  { tag: [tags.lineComment, tags.blockComment], color: "var(--muted)" },
  { tag: [tags.typeName, tags.standard(tags.name), tags.meta], color: "var(--n4)" },
  { tag: [tags.function(tags.definition(tags.variableName)), tags.definition(tags.className)], color: "var(--n1)" },
]);

/**
 * Chromium lets what is typed over a selection look as what it replaces did, and writes that on the line: a colour that
 * stays when the theme changes. Lines have no style of their own.
 */
export function plain(content: HTMLElement): MutationObserver {
  const observer = new MutationObserver(() => {
    for (const line of content.querySelectorAll(".cm-line[style]")) line.removeAttribute("style");
  });
  observer.observe(content, { attributes: true, attributeFilter: ["style"], childList: true, subtree: true });
  return observer;
}
