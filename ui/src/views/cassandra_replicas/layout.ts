// One partition across its replicas as rows of cells, and how far apart their timestamps are. Pure.
import { micros } from "../../kit/format";
import type { Cell, Model, Replica, Row } from "./model.gen";

/** Room a replica's column needs, and the heads of rows. */
const COLUMN = 128;
export const HEADS = 104;

/** One column of the table in one row, as every replica has it. */
export interface Line {
  column: string;
  /** In the order of the replicas; none where a replica has no such row or was not heard. */
  cells: (Cell | null)[];
  /** The newest timestamp among them. */
  newest: bigint | null;
}

export interface Block {
  /** What names the row: `row 5`, `static`; empty where a table has one row to a key. */
  name: string;
  lines: Line[];
}

/** Columns side by side, or one replica under the other where there is no room. */
export function stacked(replicas: number, width: number): boolean {
  return width < HEADS + replicas * COLUMN;
}

/** Every row and column that any replica has, in the order in which they are met. */
export function blocks({ replicas }: Model): Block[] {
  const rows = new Map<string, { row: Row; columns: Set<string> }>();
  for (const row of replicas.flatMap((replica) => replica.rows)) {
    const known = rows.get(id(row)) ?? { row, columns: new Set() };
    for (const { column } of row.cells) known.columns.add(column);
    rows.set(id(row), known);
  }
  return [...rows.values()].map(({ row, columns }) => ({
    name: row.is_static ? "static" : row.clustering && `row ${row.clustering}`,
    // A table of key columns alone has rows all the same.
    lines: columns.size > 0 ? [...columns].map((column) => line(column, row, replicas)) : [there(row, replicas)],
  }));
}

function id({ clustering, is_static }: Row): string {
  return `${is_static ? "static" : "row"} ${clustering}`;
}

function of(replica: Replica, row: Row): Row | undefined {
  return replica.rows.find((each) => id(each) === id(row));
}

function line(column: string, row: Row, replicas: readonly Replica[]): Line {
  const cells = replicas.map((replica) => of(replica, row)?.cells.find((cell) => cell.column === column) ?? null);
  const times = cells.map((cell) => stamp(cell?.written_at ?? null)).filter((time) => time !== null);
  return { column, cells, newest: times.length > 0 ? times.reduce((a, b) => (a > b ? a : b)) : null };
}

const NOTHING = { column: "", written_at: null, deleted_at: null, gone: null, ttl: null, expires_at: null };

/** A row without cells, as a line of its own. */
function there(row: Row, replicas: readonly Replica[]): Line {
  const value = { kind: "literal", text: "the row is there", bytes: 0 } as const;
  const cells = replicas.map((replica) => {
    const own = of(replica, row);
    return own ? { ...NOTHING, value, standing: own.standing } : null;
  });
  return { column: "", cells, newest: null };
}

/** The second in which a cell expired, UTC; empty where it did not. */
export function since({ gone, expires_at }: Cell): string {
  const over = gone === "expired" || gone === "both";
  return over && expires_at !== null ? `at ${new Date(expires_at * 1000).toISOString().slice(11, 19)}` : "";
}

function stamp(text: string | null): bigint | null {
  return text !== null && /^-?\d+$/.test(text) ? BigInt(text) : null;
}

/** `5 min 14 s older`, `1,204 µs older`; empty for the newest. */
export function older(written_at: string | null, newest: bigint | null): string {
  const at = stamp(written_at);
  if (at === null || newest === null || at >= newest) return "";
  return `${apart(newest - at)} older`;
}

/** Ages above this are no ages of this lab: somebody wrote timestamps by hand. */
const YEAR = 365n * 86_400n * 1_000_000n;

export function apart(difference: bigint): string {
  if (difference >= YEAR) return `${(difference / YEAR).toString()} years`;
  const us = Number(difference);
  if (us >= 86_400e6) return `${Math.round(us / 86_400e6)} days`;
  return micros(us);
}

/** Timestamps before 2001 were not read from a clock. */
const PLAUSIBLE = 1_000_000_000_000_000n;

/** A timestamp as a time of day with microseconds, UTC; as a bare number if no clock made it. */
export function written(at: string | null): string {
  const value = stamp(at);
  if (value === null) return "";
  if (value < PLAUSIBLE) return `timestamp ${value.toString()}`;
  const date = new Date(Number(value / 1000n));
  const rest = String(Number(value % 1_000_000n)).padStart(6, "0");
  return `${date.toISOString().slice(11, 19)}.${rest}`;
}
