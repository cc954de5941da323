// A value that somebody else wrote, as it is printed: on one line, and no two values look alike.
// The terminal prints the same (lab-model's datum.rs); both are tested against the same cases.

/** A value and its kind, as every model carries it. */
export interface Datum {
  kind: "null" | "empty" | "text" | "literal" | "bytes" | "too_large" | "unread";
  text: string;
  /** Length of all of it, in bytes. */
  bytes: number;
  /** Set where `text` is only the beginning. */
  digest?: string;
}

/** Characters that are not seen, or that act on what shows them. */
const ACTS =
  /[\p{Cc}\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]|(?! )\p{White_Space}/u;

/** The value as text. */
export function shown(datum: Datum): string {
  const cut = datum.digest === undefined ? "" : `… (${size(datum.bytes)}, sha256 ${datum.digest})`;
  switch (datum.kind) {
    case "null":
      return "null";
    case "empty":
      return '""';
    case "text":
      return (isPlain(datum.text) ? datum.text : `"${escaped(datum.text, true)}"`) + cut;
    case "literal":
      return escaped(datum.text, false) + cut;
    case "bytes":
      return datum.text + cut;
    case "too_large":
      return `(too large to show: ${size(datum.bytes)})`;
    case "unread":
      return `(cannot be read: ${escaped(datum.text, false)}; ${size(datum.bytes)})`;
  }
}

/** Text that needs no quotes: it cannot be taken for null, bytes, or a remark of ours. */
function isPlain(text: string): boolean {
  const taken = text === "null" || /^(0x|"|\()/.test(text) || text.includes("…");
  return !taken && !text.startsWith(" ") && !text.endsWith(" ") && !ACTS.test(text);
}

/** Text whose characters that act are written out. */
export function escaped(text: string, quoted: boolean): string {
  let out = "";
  for (const letter of text) {
    if (letter === "\n") out += "\\n";
    else if (letter === "\r") out += "\\r";
    else if (letter === "\t") out += "\\t";
    else if (quoted && (letter === '"' || letter === "\\")) out += `\\${letter}`;
    else if (ACTS.test(letter)) out += `\\u{${(letter.codePointAt(0) ?? 0).toString(16)}}`;
    else out += letter;
  }
  return out;
}

function size(bytes: number): string {
  if (bytes === 1) return "1 byte";
  if (bytes < 1000) return `${String(bytes)} bytes`;
  const [unit, name] = bytes < 1_000_000 ? [1000, "kB"] : [1_000_000, "MB"];
  return `${String(Math.floor(bytes / unit))}.${String(Math.floor((bytes % unit) / (unit / 10)))} ${name}`;
}
