// Which table and key of a lab are looked at, and the schema as its nodes tell it.
import type { Keyspace, Model, Node } from "../views/cassandra_ring/model.gen";
import type { App } from "./app.svelte";
import type { Sight } from "./sight";

/** Keys remembered for each table. */
const MOST = 20;

export class CassandraSight implements Sight {
  #picked: string | null = $state(null);
  /** Keys looked at, by table, the newest first. */
  #keys: Record<string, string[]> = $state.raw({});
  #feed;

  /** Call it while a component is made. */
  constructor(app: App, lab: string) {
    this.#feed = app.feeds.use({ to: "view", lab, view: { kind: "cassandra_ring", with: {} } });
  }

  get #model(): Model | undefined {
    return this.#feed.value?.model as Model | undefined;
  }

  get keyspaces(): Keyspace[] {
    return this.#model?.keyspaces ?? [];
  }

  get nodes(): Node[] {
    return this.#model?.nodes ?? [];
  }

  /** `keyspace.table` of every table. */
  get tables(): string[] {
    return this.keyspaces.flatMap(({ name, tables }) => tables.map((table) => `${name}.${table}`));
  }

  /** The table looked at: the one picked as long as it is there, else the first. */
  get table(): string | null {
    return this.#picked !== null && this.tables.includes(this.#picked) ? this.#picked : (this.tables[0] ?? null);
  }

  get keyspace(): string | null {
    return this.table?.split(".")[0] ?? null;
  }

  /** The key looked at in that table. */
  get key(): string | null {
    return this.keys[0] ?? null;
  }

  /** Keys looked at in that table, the newest first. */
  get keys(): string[] {
    return this.table === null ? [] : (this.#keys[this.table] ?? []);
  }

  /** What the table's partition key is made of: `station text`, and more where it has several columns. */
  get partitionKey(): string {
    const [keyspace, table] = (this.table ?? "").split(".");
    return (this.keyspaces.find(({ name }) => name === keyspace)?.columns ?? [])
      .filter((column) => column.table === table && column.kind === "partition_key")
      .map(({ name, cql_type }) => `${name} ${cql_type}`)
      .join(", ");
  }

  pick(table: string, key?: string): void {
    this.#picked = table;
    if (!key) return;
    const keys = [key, ...(this.#keys[table] ?? []).filter((each) => each !== key)].slice(0, MOST);
    this.#keys = { ...this.#keys, [table]: keys };
  }

  get offers(): Record<string, readonly string[]> {
    const nodes = this.nodes.map(({ node }) => node);
    return {
      table: this.tables,
      keyspace: this.keyspaces.map(({ name }) => name),
      node: nodes,
      coordinator: nodes,
      key: this.keys,
    };
  }

  get given(): Record<string, string> {
    return {
      ...(this.table === null ? {} : { table: this.table }),
      ...(this.keyspace === null ? {} : { keyspace: this.keyspace }),
    };
  }
}
