// The editor for DAG files, and for those of an image. It is loaded when a file is opened, because it is larger than everything else on the page.
import { closeBrackets, closeBracketsKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import { bracketMatching, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { EditorState, StateEffect, StateField, type Text } from "@codemirror/state";
import {
  Decoration,
  type DecorationSet,
  EditorView,
  WidgetType,
  drawSelection,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { ink, look, plain } from "../code";

/** Why a file cannot be imported, and the line that says so, from 1. */
export interface Fault {
  line: number;
  says: string;
}

export interface Editing {
  text: string;
  label: string;
  /** Other files have no colours. */
  language: "python" | "none";
  onsave: () => void;
  onchange: (text: string) => void;
}

export interface Editor {
  text: () => string;
  set: (text: string) => void;
  /** Marks a line of what stands there now; the mark moves with its line. */
  mark: (fault: Fault | null) => void;
  focus: () => void;
  destroy: () => void;
}

const shape = EditorView.theme({
  // The box around it shows the focus: an outline of its own would lie under the numbers of lines.
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { maxHeight: "420px", overflow: "auto" },
  ".cm-content": { minHeight: "180px" },
  ".cm-gutters": { backgroundColor: "var(--surface)", color: "var(--muted)", border: "0" },
  ".cm-activeLineGutter": { backgroundColor: "var(--sunken)", color: "var(--text)" },
  ".cm-fault": { backgroundColor: "var(--bad-soft)" },
  ".cm-why": {
    padding: "1px 8px 2px 14px",
    borderLeft: "3px solid var(--bad)",
    backgroundColor: "var(--bad-soft)",
    color: "var(--bad)",
    font: "12.5px/1.5 var(--font)",
    whiteSpace: "pre-wrap",
    overflowWrap: "anywhere",
  },
});

class Why extends WidgetType {
  constructor(private readonly says: string) {
    super();
  }

  override eq(other: Why): boolean {
    return other.says === this.says;
  }

  toDOM(): HTMLElement {
    const said = document.createElement("div");
    said.className = "cm-why";
    said.textContent = this.says;
    return said;
  }
}

const told = StateEffect.define<Fault | null>();

function drawn(doc: Text, fault: Fault | null): DecorationSet {
  if (fault === null || fault.line < 1 || fault.line > doc.lines) return Decoration.none;
  const { from, to } = doc.line(fault.line);
  return Decoration.set([
    Decoration.line({ class: "cm-fault" }).range(from),
    Decoration.widget({ widget: new Why(fault.says), block: true, side: 1 }).range(to),
  ]);
}

const faults = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(marks, { changes, effects, state }) {
    const newest = effects.findLast((effect) => effect.is(told));
    return newest ? drawn(state.doc, newest.value as Fault | null) : marks.map(changes);
  },
  provide: (field) => EditorView.decorations.from(field),
});

export function open(parent: HTMLElement, editing: Editing): Editor {
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: editing.text,
      extensions: [
        history(),
        lineNumbers(),
        highlightActiveLineGutter(),
        drawSelection(),
        bracketMatching(),
        closeBrackets(),
        indentUnit.of("    "),
        editing.language === "python" ? python() : [],
        syntaxHighlighting(ink),
        look,
        shape,
        faults,
        EditorView.contentAttributes.of({ "aria-label": editing.label, tabindex: "0" }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) editing.onchange(update.state.doc.toString());
        }),
        keymap.of([
          { key: "Mod-s", preventDefault: true, run: () => (editing.onsave(), true) },
          ...closeBracketsKeymap,
          ...historyKeymap,
          // Python lives by its spaces. After Escape the key leads on through the page; the words above the editor say so.
          indentWithTab,
          ...defaultKeymap,
        ]),
      ],
    }),
  });
  const unstyled = plain(view.contentDOM);
  return {
    text: () => view.state.doc.toString(),
    set: (text) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } }),
    mark: (fault) => view.dispatch({ effects: told.of(fault) }),
    focus: () => view.focus(),
    destroy: () => {
      unstyled.disconnect();
      view.destroy();
    },
  };
}
