// The test every flow starts from: a page on the served app which fails when the page itself complained.
import { join } from "node:path";
import { type ConsoleMessage, type Page, expect, test as base } from "@playwright/test";
import axe from "axe-core";
import { Served } from "./serve.ts";
import { labs, removeLab } from "./terminal.ts";

export const THEMES = ["light", "dark"] as const;
type Theme = (typeof THEMES)[number];

/** The lab of the first lesson. */
export const LESSON_LAB = "pipewright-learn-kafka-1";

export const test = base.extend<{ app: Page }, { served: Served }>({
  served: [
    async ({}, use, { project }) => {
      // Lessons have one lab of a fixed name, and flows need a fresh one. To a learner that is “Start over”.
      if (project.name === "lesson") await removeLessonLab();
      const served = await Served.start();
      await use(served);
      const made = served.made();
      await served.end();
      for (const lab of await labs()) if (made.includes(lab)) await removeLab(lab);
    },
    { scope: "worker", timeout: 5 * 60_000 },
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

/** Removes the first lesson's lab if it runs. */
async function removeLessonLab(): Promise<void> {
  if ((await labs()).includes(LESSON_LAB)) await removeLab(LESSON_LAB);
}

/**
 * A learner with progress and a lesson's lab of their own, whose server the journey may end and start again. The lab is
 * removed before and after: what one learner made is foreign to the next, who would be asked about it.
 */
export async function asOneWhoBegins(journey: (served: Served) => Promise<void>): Promise<void> {
  await removeLessonLab();
  const served = await Served.start();
  try {
    await journey(served);
  } finally {
    await served.end();
    await removeLessonLab();
  }
}

/** Keeps a picture for people to look at; nothing is compared. */
export async function picture(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(import.meta.dirname, "screenshots", `${name}.png`), animations: "disabled" });
}

/** Shows the app in a theme, as a person's system would ask for it. */
export async function inTheme(page: Page, theme: Theme): Promise<void> {
  await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
}

/** Fails on serious accessibility violations of what is on screen. */
export async function accessible(page: Page, where: string): Promise<void> {
  // Evaluated and not added as a script element, which the app's content policy would rightly refuse.
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => (globalThis as unknown as { axe: typeof axe }).axe.run());
  const serious = violations
    .filter((found) => found.impact === "serious" || found.impact === "critical")
    .flatMap(({ id, nodes }) =>
      nodes.map(({ target, html, failureSummary }) => `${id}: ${target.join(" ")} ${html}: ${failureSummary}`),
    );
  expect(serious, `accessibility of ${where}`).toEqual([]);
}
