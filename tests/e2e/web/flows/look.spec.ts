// Who cannot see well, and who has no mouse.
import type { Locator, Page } from "@playwright/test";
import { asOneWhoBegins, expect, picture, test } from "../app.ts";
import { FIRST, LessonPage, openFirstLesson } from "../lesson.ts";
import { WIDE, fits } from "../looks.ts";

/** Presses Tab until something has the focus, and that can be seen. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  await expect(target).toBeVisible();
  const focused = () => target.evaluate((element) => element === document.activeElement);
  for (let presses = 0; presses < 60 && !(await focused()); presses++) await page.keyboard.press("Tab");
  await expect(target, "reached by Tab alone").toBeFocused();
  const outline = await target.evaluate((element) => getComputedStyle(element).outlineStyle);
  expect(outline, "the focus is shown").not.toBe("none");
  await expect(target).toBeInViewport();
}

test("a lesson by keyboard alone", async ({ page }) => {
  // The prediction must still be open.
  await asOneWhoBegins(async (served) => {
    await page.goto(served.url);
    await byKeyboard(page);
  });
});

async function byKeyboard(page: Page): Promise<void> {
  const lesson = new LessonPage(page);
  // One press begins the lesson and starts its lab.
  await tabTo(page, page.getByRole("button", { name: `Begin: ${FIRST.title}` }));
  await page.keyboard.press("Enter");
  await expect(lesson.start).toHaveCount(0);

  const options = lesson.prediction.getByRole("radio");
  await tabTo(page, options.first());
  await page.keyboard.press("ArrowDown");
  await expect(options.nth(1)).toBeChecked();
  await tabTo(page, lesson.prediction.getByRole("button", { name: "I predict this" }));
  await page.keyboard.press("Enter");
  await expect(options.nth(1)).toBeDisabled();
  const create = lesson.action("Create the topic");
  await expect(create, "the way goes on where the keyboard is").toBeFocused();
  // Its lab may still be on its way.
  await expect(create).not.toHaveAttribute("aria-disabled", "true");
  await picture(page, "keyboard-focus");
  await page.keyboard.press("Space");
  await lesson.decided();
  await expect(create, "an action leaves the keyboard where it was").toBeFocused();
  await expect(lesson.prediction).toContainText("Your prediction was right.");
  await tabTo(page, lesson.done.getByRole("button", { name: /^Next step/ }));
  await page.keyboard.press("Enter");
  await expect(lesson.title).toContainText("Then records");
}

test.describe("at a zoom of 200 %", () => {
  // What a browser makes of zoom: half the width and height in CSS pixels, each of two dots.
  test.use({
    viewport: { width: WIDE.width / 2, height: WIDE.height / 2 },
    deviceScaleFactor: 2,
  });

  test("everything is there", async ({ app: page }) => {
    await fits(page, "the list");
    await picture(page, "zoom-list");
    const lesson = await openFirstLesson(page);
    await lesson.startLab();
    await lesson.goTo(2);
    await fits(page, "a lesson");
    await picture(page, "zoom-lesson");
    const records = lesson.view("kafka_records");
    await records.scrollIntoViewIfNeeded();
    await expect(records.getByTestId("summary")).toBeInViewport();
    await picture(page, "zoom-picture");
    await page.getByRole("navigation").getByRole("link", { name: "Lab" }).click();
    await expect(page.getByTestId("lab-panel")).toBeVisible();
    await fits(page, "the Lab");
    await picture(page, "zoom-lab");
  });
});
