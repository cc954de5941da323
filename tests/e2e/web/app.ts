// The test every flow starts from: a page on the served app which fails when the page itself complained.
import { join } from "node:path";
import { type ConsoleMessage, type Page, expect, test as base } from "@playwright/test";
import axe from "axe-core";
import { Served } from "./serve.ts";

type Themes = "light" | "dark";

export const test = base.extend<{ app: Page }, { served: Served }>({
  served: [
    async ({}, use) => {
      const served = await Served.start();
      await use(served);
      await served.end();
    },
    { scope: "worker", timeout: 3 * 60_000 },
  ],
  /** The app, opened. Errors and refused resources in its console fail the flow at its end. */
  app: async ({ page, served }, use) => {
    const complaints: string[] = [];
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("console", (message: ConsoleMessage) => {
      if (message.type() === "error") complaints.push(message.text());
    });
    await page.goto(served.url);
    await use(page);
    expect(complaints, "what the page complained about").toEqual([]);
  },
});

export { expect };

/** Keeps a picture for people to look at; nothing is compared. */
export async function picture(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(import.meta.dirname, "screenshots", `${name}.png`), animations: "disabled" });
}

/** Shows the app in a theme, as a person's system would ask for it. */
export async function inTheme(page: Page, theme: Themes): Promise<void> {
  await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
}

/** Fails on serious accessibility violations of what is on screen. */
export async function accessible(page: Page, where: string): Promise<void> {
  // Evaluated and not added as a script element, which the app's content policy would rightly refuse.
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => (globalThis as unknown as { axe: typeof axe }).axe.run());
  const serious = violations
    .filter((found) => found.impact === "serious" || found.impact === "critical")
    .map((found) => `${found.id}: ${found.help} (${found.nodes.map((node) => node.target.join(" ")).join(", ")})`);
  expect(serious, `accessibility of ${where}`).toEqual([]);
}
