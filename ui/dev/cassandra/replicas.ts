// A row whose replicas differ.
import type { Model as Replicas, Replica } from "../../src/views/cassandra_replicas/model.gen";
import { datum } from "./datum";
import { token } from "./ring";

const NEW = "1795633396332104";
const OLD = "1795633082017000";
/** Neither deleted nor to expire. */
const LASTING = { deleted_at: null, gone: null, ttl: null, expires_at: null };
const replica = (number: number, temp: [string | null, string | null], change: Partial<Replica> = {}): Replica => {
  const [value, at] = temp;
  const standing = at === NEW ? "newest" : at === OLD ? "older" : "missing";
  return {
    node: `cassandra-${number}`,
    data_center: "dc1",
    rack: `rack${number}`,
    replica: true,
    heard: "answering",
    heard_at: 60_600,
    changed_at: null,
    container: "running",
    cut: false,
    known: true,
    error: null,
    behind: standing !== "newest",
    lacks: [],
    deletions: [],
    spent: 0,
    exact: true,
    rows: [
      {
        clustering: "2026-11-26",
        is_static: false,
        standing: "same",
        cells: [
          { column: "temp_high", value: datum(value), written_at: at, ...LASTING, standing },
          {
            column: "forecast",
            value: datum(number === 2 ? null : "Fair"),
            written_at: number === 2 ? null : OLD,
            ...LASTING,
            standing: number === 2 ? "missing" : "same",
          },
          {
            column: "tags",
            value: datum(number === 2 ? "{'fog', 'ice'}" : "{'fog'}"),
            written_at: OLD,
            ...LASTING,
            standing: number === 2 ? "surplus" : "newest",
          },
          {
            column: "warning",
            value: datum(null),
            written_at: null,
            deleted_at: OLD,
            gone: number === 3 ? "deleted" : "expired",
            ttl: null,
            expires_at: number === 3 ? null : 1_795_633_142,
            standing: "same",
          },
        ],
      },
    ],
    more: false,
    hints_waiting: null,
    ...change,
  };
};

export const replicas: Replicas = {
  table: "weather.by_region",
  key: "north",
  exists: true,
  problem: null,
  token: token(0.07),
  placed_by: "cassandra-1",
  versions: 3,
  agree: false,
  replicas: [
    replica(1, ["33", NEW]),
    replica(2, [null, null]),
    replica(3, ["31", OLD], {
      heard: "silent",
      heard_at: 19_000,
      container: "stopped",
      hints_waiting: 15_300,
    }),
  ],
};
