// Statements that were run, kept by the browser for each stack, and walked through with the arrow keys.

const MOST = 100;
const key = (stack: string) => `pipewright.cql.${stack}`;

/** The newest first. */
export function read(stack: string, store: Storage = localStorage): string[] {
  try {
    const found: unknown = JSON.parse(store.getItem(key(stack)) ?? "[]");
    return Array.isArray(found) ? found.filter((each) => typeof each === "string") : [];
  } catch {
    return [];
  }
}

/** Puts a statement first; one that was there already moves up. A store that is full keeps what it has. */
export function remember(stack: string, statement: string, store: Storage = localStorage): string[] {
  const all = [statement, ...read(stack, store).filter((each) => each !== statement)].slice(0, MOST);
  try {
    store.setItem(key(stack), JSON.stringify(all));
  } catch {
    // The history is a convenience: the statement was run all the same.
  }
  return all;
}

/** A walk through the history that remembers what was being written when it began. */
export class Walk {
  #at = -1;
  #draft = "";

  /** One step back in time; none at the end. */
  back(all: readonly string[], now: string): string | null {
    if (this.#at < 0) this.#draft = now;
    const next = all[this.#at + 1];
    if (next === undefined) return null;
    this.#at += 1;
    return next;
  }

  /** One step towards now; what was being written comes last. */
  forth(all: readonly string[]): string | null {
    if (this.#at < 0) return null;
    this.#at -= 1;
    return this.#at < 0 ? this.#draft : (all[this.#at] ?? null);
  }

  /** Begins anew: something was written or run. */
  reset(): void {
    this.#at = -1;
  }
}
