// A lesson's page as a learner uses it: where things are, and the few things a learner does over and over.
import type { Locator, Page } from "@playwright/test";
import { expect } from "./app.ts";

/** The flows' own lesson (`../content`). */
export const FIRST = { id: "flows/walk", title: "A walk through a topic", steps: 5 };

export class LessonPage {
  readonly title: Locator;
  readonly start: Locator;
  readonly prediction: Locator;
  readonly actions: Locator;
  readonly checks: Locator;
  readonly done: Locator;

  constructor(readonly page: Page) {
    this.title = page.getByTestId("step-title");
    this.start = page.getByTestId("lab-start");
    this.prediction = page.getByTestId("prediction");
    this.actions = page.getByTestId("step-actions");
    this.checks = page.getByTestId("check");
    this.done = page.getByTestId("step-done");
  }

  /** A picture beside the text. */
  view = (kind: string) => this.page.locator(`[data-testid=view][data-kind=${kind}]`);
  /** A button of the step. */
  action = (label: string) => this.actions.getByRole("button", { name: label, exact: true });
  /** A step in the bar, counted from 1. */
  step = (number: number) =>
    this.page
      .getByRole("list", { name: "Steps" })
      .getByRole("button")
      .nth(number - 1);

  /** Starts the lesson's lab from its page, or takes up the one that runs. */
  async startLab(): Promise<void> {
    const button = this.start.getByRole("button", { name: "Start the lab" });
    const ready = this.actions.getByRole("button").first();
    await expect(button.or(this.prediction)).not.toHaveCount(0);
    if (await button.isVisible()) await button.click();
    await expect(this.start).toHaveCount(0);
    await expect(ready).toBeVisible();
  }

  /** Commits to an option, counted from 1. */
  async predict(option: number): Promise<void> {
    await this.prediction
      .getByRole("radio")
      .nth(option - 1)
      .check();
    await this.prediction.getByRole("button", { name: "I predict this" }).click();
    await expect(this.prediction.getByTestId("own")).toBeVisible();
  }

  /** Presses a button of the step and waits until its action is at its end. */
  async act(label: string): Promise<void> {
    await this.action(label).click();
    await expect(this.page.getByTestId("outcome")).toContainText(`${label}:`);
  }

  /** Waits until every check is true by an engine's words. */
  async decided(): Promise<void> {
    await expect(this.checks).not.toHaveCount(0);
    for (const check of await this.checks.all()) {
      await expect(check).toHaveAttribute("data-truth", "true");
      await expect(check).toContainText(/Last word by (kafka-1|reader-\d|screen-\d): .+ ago/);
    }
    await expect(this.done).toBeVisible();
  }

  /** Goes on to the next step. */
  async next(title: string): Promise<void> {
    await this.done.getByRole("button", { name: `Next step: ${title}` }).click();
    await expect(this.title).toContainText(title);
  }

  /** Goes to a step, counted from 1; steps before it that are not done are done by their solutions. */
  async goTo(number: number): Promise<void> {
    for (let step = 1; step < number; step++) {
      if (await this.step(step + 1).isEnabled()) continue;
      await this.step(step).click();
      await this.page.getByRole("button", { name: "Solve it for me" }).click();
      await expect(this.step(step + 1)).toBeEnabled();
    }
    await this.step(number).click();
    await expect(this.title).toContainText(`${number}. `);
  }
}

/** Opens the first lesson from the list. */
export async function openFirstLesson(page: Page): Promise<LessonPage> {
  await page.getByRole("navigation").getByRole("link", { name: "Learn" }).click();
  await page.locator(`[data-lesson="${FIRST.id}"]`).getByRole("link").click();
  const lesson = new LessonPage(page);
  await expect(lesson.title).toBeVisible();
  return lesson;
}
