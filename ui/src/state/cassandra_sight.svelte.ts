// Which table and key of a lab are looked at, and the schema as its nodes tell it.
import type { Keyspace, Node } from "../views/cassandra_ring/model.gen";
import type { App } from "./app.svelte";
import { Chosen } from "./chosen.svelte";
import { type Ended, type Sight, endedAt } from "./sight";

/** Keys remembered for each table. */
const MOST = 20;

declare module "./sight" {
  interface Sights {
    cassandra: CassandraSight;
  }
}

export class CassandraSight implements Sight {
  #chosen = new Chosen(
    () => this.tables,
    // A list without a keyspace may be one that no node has told yet.
    () => this.keyspaces.length > 0 || this.#droppedAt !== null,
  );
  /** Keys looked at, by table, the newest first. */
  #keys: Record<string, string[]> = $state.raw({});
  #feed;
  #changes;

  /** Call it while a component is made. */
  constructor(app: App, lab: string) {
    this.#feed = app.feeds.view(lab, "cassandra_ring", {});
    this.#changes = app.feeds.view(lab, "timeline", { kinds: ["schema"] });
  }

  get keyspaces(): Keyspace[] {
    return this.#feed.value?.model.keyspaces ?? [];
  }

  get nodes(): Node[] {
    return this.#feed.value?.model.nodes ?? [];
  }

  /** `keyspace.table` of every table. */
  get tables(): string[] {
    return this.keyspaces.flatMap(({ name, tables }) => tables.map((table) => `${name}.${table}`));
  }

  /** The table looked at; also when it is gone. */
  get table(): string | null {
    return this.#chosen.name;
  }

  /** Tables to choose from, the one looked at among them. */
  get offered(): readonly string[] {
    return this.#chosen.offered;
  }

  /** Some other table, to be offered in place of one that is gone. */
  get other(): string | null {
    return this.#chosen.other;
  }

  /** The end of the table looked at; none while it is there. */
  get ended(): Ended | null {
    return this.#chosen.gone ? { at: this.#droppedAt, now: this.#changes.now } : null;
  }

  /** When it was dropped, alone or with its keyspace; none if that was not told. */
  get #droppedAt(): number | null {
    const entries = this.#changes.value?.model.entries ?? [];
    const whole = this.keyspaces.every(({ name }) => name !== this.keyspace);
    return endedAt(entries, whole ? this.keyspace : this.table);
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
    this.#chosen.pick(table);
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
