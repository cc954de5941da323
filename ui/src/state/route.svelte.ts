// Where we are, as parts of the address after `#/`: `#/learn/kafka/first-topic`, `#/lab/pipewright-kafka-3`.
export class Route {
  /** Parts of the path, decoded. */
  parts: string[] = $state.raw(read());

  constructor() {
    addEventListener("hashchange", () => {
      this.parts = read();
    });
  }

  /** Goes there. */
  go(...parts: string[]): void {
    location.hash = to(...parts);
  }

  /** Goes there without an entry in the history, for a choice the person did not make. */
  settle(...parts: string[]): void {
    history.replaceState(history.state, "", to(...parts));
    this.parts = parts;
  }
}

/** The address of a place, for links. */
export function to(...parts: string[]): string {
  return `#/${parts.map(encodeURIComponent).join("/")}`;
}

function read(): string[] {
  return location.hash.replace(/^#\/?/, "").split("/").filter(Boolean).map(decode);
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
