// The editor for CQL. It is loaded when a console is shown, because it is larger than everything else on the page.
import { acceptCompletion, autocompletion, closeBrackets, closeBracketsKeymap } from "@codemirror/autocomplete";
import { completionKeymap, completionStatus } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { Cassandra, sql } from "@codemirror/lang-sql";
import { bracketMatching, syntaxHighlighting } from "@codemirror/language";
import { EditorState } from "@codemirror/state";
import { EditorView, drawSelection, keymap, placeholder } from "@codemirror/view";
import { ink, look, plain } from "../code";
import { type Keyspace, complete } from "./complete";

export interface Editing {
  text: string;
  label: string;
  hint: string;
  /** The schema at the moment something is completed. */
  schema: () => readonly Keyspace[];
  onrun: () => void;
  onchange: (text: string) => void;
  /** The arrow keys at the first and the last line; gives the text to show, none if there is none. */
  onback: () => string | null;
  onforth: () => string | null;
}

export interface Editor {
  text: () => string;
  /** Where the cursor is. */
  place: () => number;
  set: (text: string) => void;
  focus: () => void;
  destroy: () => void;
}

/** Room for three lines. */
const height = EditorView.theme({ ".cm-content": { minHeight: "66px" } });

/** A table's full name goes before its keyspace's shorter one. */
const FIRST = { keyword: 0, keyspace: 0, table: 2, column: 1 };
const KINDS = { keyword: "keyword", keyspace: "namespace", table: "class", column: "property" };

function write(view: EditorView, text: string): void {
  view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text }, selection: { anchor: text.length } });
}

/** Steps through the history at the first or last line; elsewhere, and in an open list, the key does what it always does. */
function step(edge: "first" | "last", next: () => string | null): (view: EditorView) => boolean {
  return (view) => {
    const { doc, selection } = view.state;
    const line = doc.lineAt(selection.main.head).number;
    if (completionStatus(view.state) !== null || line !== (edge === "first" ? 1 : doc.lines)) return false;
    const text = next();
    if (text !== null) write(view, text);
    return text !== null;
  };
}

export function open(parent: HTMLElement, editing: Editing): Editor {
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: editing.text,
      extensions: [
        history(),
        drawSelection(),
        bracketMatching(),
        closeBrackets(),
        sql({ dialect: Cassandra }),
        syntaxHighlighting(ink),
        look,
        height,
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ "aria-label": editing.label }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) editing.onchange(update.state.doc.toString());
        }),
        placeholder(editing.hint),
        autocompletion({
          override: [
            ({ state, pos, explicit }) => {
              const found = complete(state.doc.toString(), pos, editing.schema(), explicit);
              const options = found?.offers.map(({ label, kind, detail }) => ({
                label,
                detail,
                type: KINDS[kind],
                boost: FIRST[kind],
              }));
              return found ? { from: found.from, options: options ?? [], validFor: /^\w*$/ } : null;
            },
          ],
        }),
        keymap.of([
          { key: "Mod-Enter", run: () => (editing.onrun(), true) },
          // Tab chooses from an open list only: elsewhere it leads on through the page, as everywhere.
          { key: "Tab", run: acceptCompletion },
          ...completionKeymap,
          { key: "ArrowUp", run: step("first", editing.onback) },
          { key: "ArrowDown", run: step("last", editing.onforth) },
          ...closeBracketsKeymap,
          ...historyKeymap,
          ...defaultKeymap,
        ]),
      ],
    }),
  });
  const unstyled = plain(view.contentDOM);
  return {
    text: () => view.state.doc.toString(),
    place: () => view.state.selection.main.head,
    set: (text) => write(view, text),
    focus: () => view.focus(),
    destroy: () => {
      unstyled.disconnect();
      view.destroy();
    },
  };
}
