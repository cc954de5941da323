// Free play on three brokers: a lab from the list of stacks, a topic by the form, a broker that stops answering.
import type { Locator, Page } from "@playwright/test";
import { expect, test } from "../app.ts";
import { looksWell } from "../looks.ts";
import { labs, typed } from "../terminal.ts";

/** The column of the partitions' table that says who is in sync. */
const IN_SYNC = 3;
const BROKERS = ["kafka-1", "kafka-2", "kafka-3"];

test("three brokers, and one that falls silent", async ({ app: page }) => {
  test.setTimeout(10 * 60_000);
  await page.getByRole("navigation").getByRole("link", { name: "Lab" }).click();
  const cancelled = await test.step("a start can be cancelled", () => cancelledStart(page));
  const panel = await test.step("a lab comes up", () => comesUp(page));
  const lab = (await panel.getAttribute("data-lab")) ?? "";
  await test.step("a topic with three replicas", () => topicByForm(panel));
  await looksWell(page, "lab-healthy");
  await test.step("a paused broker is silent, the others go on", () => paused(panel));
  await looksWell(page, "lab-paused");
  await test.step("it comes back", () => unpaused(panel));
  await test.step("the lab is removed", () => removed(page, lab));
  expect(await labs()).not.toContain(cancelled);
});

/** Presses the button that starts three brokers; gives the panel that shows how. */
async function start(page: Page): Promise<Locator> {
  const button = page.getByRole("button", { name: "Start kafka-3" });
  const another = page.getByRole("button", { name: "Start another" });
  await expect(button.or(another).first()).toBeVisible();
  if (!(await button.isVisible())) await another.click();
  await button.click();
  await page.waitForURL(/#\/lab\/.*kafka-3/);
  const name = decodeURIComponent(new URL(page.url()).hash.split("/").at(-1) ?? "");
  const panel = page.locator(`[data-testid=lab-panel][data-lab="${name}"]`);
  const work = panel.getByTestId("work");
  await expect(work.getByRole("progressbar")).toBeVisible();
  await expect(work).toContainText(/\d s of at most \d+ min/);
  return panel;
}

async function cancelledStart(page: Page): Promise<string> {
  const panel = await start(page);
  const lab = (await panel.getAttribute("data-lab")) ?? "";
  await panel.getByRole("button", { name: "Cancel" }).click();
  await expect(panel).toContainText("was cancelled");
  return lab;
}

async function comesUp(page: Page): Promise<Locator> {
  const panel = await start(page);
  await expect(panel.getByTestId("work")).toHaveCount(0);
  for (const node of [...BROKERS, "controller-1"]) {
    await expect(panel.locator(`[data-testid=node][data-node="${node}"]`)).toContainText("runs");
  }
  return panel;
}

/** Fills the form of an action and waits for what came of it. */
async function act(panel: Locator, action: string, fields: Record<string, string>): Promise<void> {
  const form = panel.getByTestId("action-form");
  await form.getByLabel("Action").selectOption({ label: action });
  const more = form.getByTestId("more-options");
  if (await more.isVisible()) await more.getByText("More options").click();
  for (const [field, value] of Object.entries(fields)) await form.getByLabel(field).first().fill(value);
  await form.getByRole("button", { name: action, exact: true }).click();
  await expect(panel.getByTestId("outcome")).toContainText(`${action}:`);
}

const partitions = (panel: Locator) => panel.locator("[data-testid=view][data-kind=kafka_partitions]");
/** What the picture says of a broker's replica of the first partition. */
const replica = (panel: Locator, broker: string) =>
  partitions(panel).locator("li.replica").filter({ hasText: broker }).first();

async function topicByForm(panel: Locator): Promise<void> {
  await act(panel, "Create a topic", {
    topic: "orders",
    partitions: "1",
    "replication factor": "3",
  });
  for (const broker of BROKERS) await expect(replica(panel, broker)).toContainText(/leader|in sync/);
  await act(panel, "Produce records", { topic: "orders", count: "30" });
  await expect(panel.getByTestId("outcome")).toContainText("30");
  await expect(partitions(panel).getByTestId("summary")).toContainText("30 offsets readable");
  for (const broker of BROKERS) await expect(replica(panel, broker)).toContainText(/high watermark 30/);
}

/** Seconds since a broker's own word, as the picture counts them. */
async function age(panel: Locator, broker: string): Promise<number> {
  const words = await replica(panel, broker).locator(".age").innerText();
  const [, minutes, seconds] = /^(?:(\d+) min )?([\d.]+) s ago$/.exec(words) ?? [];
  if (seconds === undefined) throw new Error(`${words} is no age`);
  return 60 * Number(minutes ?? 0) + Number(seconds);
}

async function paused(panel: Locator): Promise<void> {
  await panel.getByRole("button", { name: "Fault on kafka-2" }).click();
  await panel
    .page()
    .getByRole("menuitem", { name: /^Pause/ })
    .click();
  const node = panel.locator(`[data-testid=node][data-node="kafka-2"]`);
  await expect(node).toHaveAttribute("data-state", "paused");
  await expect(node.locator(".hatched")).toHaveText("kafka-2");
  await expect(replica(panel, "kafka-2")).toContainText("does not answer");
  await expect(replica(panel, "kafka-2").locator(".hatched")).toHaveText("kafka-2");
  await expect(partitions(panel).getByTestId("summary")).toContainText(/kafka-2/);
  // Whoever leads now says who is in sync, and keeps saying it while the paused one ages.
  await partitions(panel).getByRole("button", { name: "table" }).click();
  const row = partitions(panel).getByRole("row").filter({ hasText: "kafka-2" });
  await expect(row.getByRole("cell").nth(IN_SYNC)).toHaveText("no");
  await partitions(panel).getByRole("button", { name: "picture" }).click();
  await expect.poll(() => age(panel, "kafka-2"), { timeout: 60_000 }).toBeGreaterThan(15);
  for (const broker of ["kafka-1", "kafka-3"]) {
    await expect.poll(() => age(panel, broker), { message: `${broker} goes on` }).toBeLessThan(10);
    await expect(replica(panel, broker)).toContainText(/leader|in sync/);
  }
}

async function unpaused(panel: Locator): Promise<void> {
  await panel
    .getByRole("button", { name: /kafka-2$/ })
    .filter({ hasText: "Unpause" })
    .click();
  await expect(panel.locator(`[data-testid=node][data-node="kafka-2"]`)).toHaveAttribute("data-state", "running");
  await expect(replica(panel, "kafka-2")).toContainText(/leader|in sync/);
  await expect(partitions(panel).getByTestId("summary")).toContainText("on 3 brokers, in sync");
}

async function removed(page: Page, lab: string): Promise<void> {
  await page.getByRole("button", { name: `More for ${lab}` }).click();
  await page.getByRole("menuitem", { name: "Remove this lab" }).click();
  const dialog = page.getByRole("dialog", { name: `Remove ${lab}?` });
  const data = dialog.getByRole("checkbox", { name: /Remove its data/ });
  await expect(data, "data is kept unless somebody says otherwise").not.toBeChecked();
  await data.check();
  await dialog.getByRole("button", { name: "Remove", exact: true }).click();
  await expect(page.locator(`[data-testid=lab][data-lab="${lab}"]`)).toHaveCount(0);
  // Data goes last, and takes its time.
  await expect(page.getByTestId("work")).toHaveCount(0);
  expect(await labs()).not.toContain(lab);
  expect(await typed(`docker volume ls --quiet --filter label=dev.pipewright.lab=${lab}`)).toBe("");
}
