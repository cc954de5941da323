// Free play on a ring of three: who believes whom, one key across its replicas, a console, and the bench.
import type { Locator, Page } from "@playwright/test";
import { expect, test } from "../app.ts";
import { looksWell } from "../looks.ts";
import { removeLab, upLab } from "../terminal.ts";

const LAB = process.env.PIPEWRIGHT_FLOWS_LAB ?? "pipewright-flows-cassandra-3";
const NODES = ["cassandra-1", "cassandra-2", "cassandra-3"];
const TABLE = "flows.readings";

test.describe.configure({ mode: "serial" });
test.beforeAll(async () => {
  test.setTimeout(10 * 60_000);
  await upLab("cassandra-3", LAB);
});
test.afterAll(async () => {
  test.setTimeout(5 * 60_000);
  await removeLab(LAB);
});

const view = (panel: Locator, kind: string) => panel.locator(`[data-testid=view][data-kind=${kind}]`);

async function openLab(page: Page): Promise<Locator> {
  await page.goto(new URL(`#/lab/${LAB}`, page.url()).href);
  const panel = page.locator(`[data-testid=lab-panel][data-lab="${LAB}"]`);
  await expect(panel.locator(`[data-testid=node][data-node=cassandra-1]`)).toContainText("runs");
  return panel;
}

/** Whom a statement goes to. */
interface Way {
  through?: string;
  level?: string;
  only?: string;
}

/** Runs a statement in the console; gives what is said of its end. */
async function cql(panel: Locator, statement: string, { through, level = "ONE", only }: Way = {}): Promise<Locator> {
  const console = panel.getByTestId("cql-console");
  await console.locator(".cm-content").fill(statement);
  await console.getByLabel("Send it").selectOption(only === undefined ? "through" : "only");
  if (only !== undefined) {
    await console.getByLabel("Replica").selectOption(only);
    await expect(console).toContainText("This plants a difference");
  } else {
    await console.getByLabel("Coordinator").selectOption(through ?? "");
    await console.getByLabel("Consistency level").selectOption(level);
  }
  const run = console.getByRole("button", { name: /^(Run|Write on)/ });
  await expect(run).toBeEnabled();
  // By keyboard: pictures above may grow just now, and a pointer would miss the button that moved.
  await run.press("Enter");
  // The action is at its end, trace and all.
  await expect(run).toBeEnabled();
  return console.getByTestId("cql-outcome");
}

test("a key across its replicas, and a console", async ({ app: page }) => {
  test.setTimeout(10 * 60_000);
  const panel = await openLab(page);
  await test.step("every node believes every other one up", async () => {
    const beliefs = view(panel, "cassandra_ring").locator("td[data-up]");
    await expect(beliefs).toHaveCount(6);
    for (const belief of await beliefs.all()) await expect(belief).toHaveAttribute("data-up", "true");
  });
  await test.step("a place on the ring says whose it is, by keyboard too", () => pointed(panel));
  await test.step("a keyspace and a table by CQL appear in the pictures", () => schema(panel));
  const replicas = view(panel, "cassandra_replicas");
  await test.step("one row on three replicas", async () => {
    const outcome = await cql(panel, `INSERT INTO ${TABLE} (station, temp) VALUES ('oslo', 1)`, { level: "ALL" });
    await expect(outcome).toHaveAttribute("data-outcome", "ok");
    await lookAt(panel, "oslo");
    await expect(replicas.getByTestId("verdict")).toContainText("All 3 replicas hold the same.");
    await expect(view(panel, "cassandra_ring").getByTestId("placement")).toContainText("oslo");
  });
  await test.step("a difference is planted on one replica, and seen", () => planted(panel, replicas));
  await looksWell(page, "cassandra-differing");
  await test.step("a read at ALL mends it, and its trace says so", () => mended(panel, replicas));
  await test.step("a stopped node: ALL is refused in Cassandra's own numbers", () => refused(panel));
  await looksWell(page, "cassandra-stopped");
});

async function pointed(panel: Locator): Promise<void> {
  const ring = view(panel, "cassandra_ring");
  const [dial, range] = [ring.getByTestId("dial"), ring.getByTestId("range")];
  await dial.focus();
  await dial.press("Home");
  await expect(range).toContainText("cassandra-1 owns the tokens above");
  await dial.press("ArrowRight");
  await expect(range).toContainText("cassandra-2 owns the tokens above");
  await dial.press("Escape");
  await expect(range).toBeEmpty();
  await dial.click({ position: await place(dial, 0.5, 0.1) });
  await expect(range).toContainText(/cassandra-\d owns the tokens above/);
  await dial.press("Escape");
}

/** A place within something, in shares of its width and height. */
async function place(of: Locator, x: number, y: number): Promise<{ x: number; y: number }> {
  const box = await of.boundingBox();
  return { x: (box?.width ?? 0) * x, y: (box?.height ?? 0) * y };
}

async function schema(panel: Locator): Promise<void> {
  const replication = "{'class': 'NetworkTopologyStrategy', 'dc1': 3}";
  const statements = [
    `CREATE KEYSPACE IF NOT EXISTS flows WITH replication = ${replication}`,
    `CREATE TABLE IF NOT EXISTS ${TABLE} (station text PRIMARY KEY, temp int)`,
  ];
  for (const statement of statements) {
    await expect(await cql(panel, statement)).toHaveAttribute("data-outcome", "ok");
  }
  await expect(panel.getByTestId("key-picker").getByLabel("Table")).toContainText(TABLE);
}

async function lookAt(panel: Locator, key: string): Promise<void> {
  const picker = panel.getByTestId("key-picker");
  await picker.getByLabel("Table").selectOption(TABLE);
  await picker.getByLabel("Key", { exact: true }).fill(key);
  await picker.getByRole("button", { name: "Look at this key" }).click();
}

async function planted(panel: Locator, replicas: Locator): Promise<void> {
  const update = `UPDATE ${TABLE} SET temp = 2 WHERE station = 'oslo'`;
  await expect(await cql(panel, update, { only: "cassandra-2" })).toHaveAttribute("data-outcome", "ok");
  await expect(replicas.getByTestId("verdict")).toContainText("2 different contents among 3 replicas.");
  const cells = replicas.locator("[data-standing]");
  await expect(cells.filter({ hasText: "newest" })).toHaveCount(1);
  await expect(replicas.locator("[data-standing=older]")).toHaveCount(2);
  await expect(replicas.locator(`[data-testid=replica][data-node=cassandra-2]`)).toHaveAttribute(
    "data-behind",
    "false",
  );
}

async function mended(panel: Locator, replicas: Locator): Promise<void> {
  const select = `SELECT temp FROM ${TABLE} WHERE station = 'oslo'`;
  const outcome = await cql(panel, select, {
    through: "cassandra-1",
    level: "ALL",
  });
  await expect(outcome).toHaveAttribute("data-outcome", "ok");
  await expect(panel.getByTestId("cql-answer").getByRole("cell")).toHaveText("2");
  await expect(replicas.getByTestId("verdict")).toContainText("All 3 replicas hold the same.");
  const request = view(panel, "cassandra_request");
  await expect(request).toContainText(select);
  await expect(request).toContainText("Their contents differed.");
  await expect(request).toContainText(/repairs? went out/);
}

async function refused(panel: Locator): Promise<void> {
  await panel.getByRole("button", { name: "Fault on cassandra-3" }).click();
  await panel.page().getByRole("menuitem", { name: /^Stop/ }).click();
  await expect(panel.locator(`[data-testid=node][data-node=cassandra-3]`)).toHaveAttribute("data-state", "stopped");
  const down = view(panel, "cassandra_ring").locator("td[data-up=false]");
  await expect(down).toHaveCount(2);
  const insert = `INSERT INTO ${TABLE} (station, temp) VALUES ('oslo', 3)`;
  const outcome = await cql(panel, insert, {
    through: "cassandra-1",
    level: "ALL",
  });
  await expect(outcome).toHaveAttribute("data-outcome", "unavailable");
  await expect(outcome).toContainText("3 required, 2 alive");
  await expect(await cql(panel, insert, { through: "cassandra-1", level: "QUORUM" })).toHaveAttribute(
    "data-outcome",
    "ok",
  );
  await expect(view(panel, "cassandra_replicas").locator(`[data-node=cassandra-3]`)).toContainText(
    "stopped, as it was",
  );
  await panel
    .getByRole("button", { name: /cassandra-3$/ })
    .filter({ hasText: "Start" })
    .click();
  for (const node of NODES) {
    await expect(panel.locator(`[data-testid=node][data-node=${node}]`)).toHaveAttribute("data-state", "running");
  }
  await expect(view(panel, "cassandra_ring").locator("td[data-up=true]")).toHaveCount(6, { timeout: 3 * 60_000 });
}

test("the bench: expected, measured, explained", async ({ app: page }) => {
  test.setTimeout(15 * 60_000);
  await page.getByRole("navigation").getByRole("link", { name: "Experiments" }).click();
  await test.step("a plan of two cells, and what is expected of them", () => plan(page));
  await looksWell(page, "bench-plan");
  await page.getByRole("button", { name: "Run it" }).click();
  const run = page.getByTestId("run");
  // The flow before made tables in this lab: nobody's things are used for faults unasked.
  await run.getByRole("button", { name: "Use it anyway" }).click();
  await expect(run.getByRole("progressbar")).toBeVisible();
  await expect(run).toHaveAttribute("data-state", "done", {
    timeout: 10 * 60_000,
  });
  await test.step("the strong level was refused, as the rule says", async () => {
    const refused = page.locator("[data-testid=cell][data-cell*=ALL-ONE]");
    await expect(refused).toContainText("unavailable");
    await expect(refused).toContainText("you said: writes fail");
    await refused.getByRole("button").click();
    await expect(page.getByTestId("trial")).toContainText("3 required, 2 alive");
  });
  await test.step("the weak one shows what each replica held", async () => {
    await page.locator("[data-testid=cell][data-cell*=ONE-ONE]").getByRole("button").click();
    await expect(page.getByTestId("trial")).toContainText("What each replica held just before");
  });
  await test.step("it adds up, and can be taken along", async () => {
    await run.getByRole("button", { name: "Recompute verdicts" }).click();
    await expect(run).toContainText("counts are right");
    const download = page.waitForEvent("download");
    await run.getByRole("button", { name: "Report (HTML)" }).click();
    expect((await download).suggestedFilename()).toMatch(/\.html$/);
  });
  await looksWell(page, "bench-run");
});

async function plan(page: Page): Promise<void> {
  const form = page.getByTestId("plan");
  const write = form.getByRole("group", { name: "Write at" });
  await write.getByRole("checkbox", { name: "QUORUM", exact: true }).uncheck();
  const read = form.getByRole("group", { name: "Read at" });
  for (const level of ["QUORUM", "ALL"]) await read.getByRole("checkbox", { name: level, exact: true }).uncheck();
  await page.getByTestId("planned").getByRole("combobox").selectOption(LAB);
  await expect(page.getByTestId("planned-cell")).toHaveCount(2);
  await page.getByLabel("Your expectation for write ALL, read ONE").selectOption("write_fails");
  await page.getByLabel("Your expectation for write ONE, read ONE").selectOption("fresh");
  await expect(page.getByTestId("planned")).toContainText("expect of 2");
}
