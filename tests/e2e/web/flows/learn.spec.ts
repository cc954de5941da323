// A lesson as a learner goes through it: predict, act in ways of their own, and see what the engines say.
import { expect, test } from "../app.ts";
import { FIRST, type LessonPage, openFirstLesson } from "../lesson.ts";
import { WIDE, looksWell } from "../looks.ts";
import { typed } from "../terminal.ts";

/** The story of one learner: each step needs the one before it. */
test("a learner goes through a lesson", async ({ app: page }) => {
  test.setTimeout(10 * 60_000);
  await expect(page.getByTestId("next")).toContainText("The first lesson");
  await looksWell(page, "home");
  await page.getByRole("navigation").getByRole("link", { name: "Learn" }).click();
  const inList = page.locator(`[data-lesson="${FIRST.id}"]`);
  await expect(inList.getByRole("link", { name: `Begin: ${FIRST.title}` })).toBeVisible();
  await looksWell(page, "learn-list");
  const lesson = await openFirstLesson(page);

  await test.step("the lab comes up and says how far it is", () => comesUp(lesson));
  await test.step("1. a wrong prediction, and the topic made by hand", () => createdByHand(lesson));
  await test.step("2. hints, the picture and the table", () => whichOrder(lesson));
  await test.step("a page loaded again is where it was", () => keepsThePlace(lesson));
  await test.step("3. records sent by hand, read by a button", () => keysByHand(lesson));
  await test.step("4. solved for the learner", () => solved(lesson));
  await test.step("5. two consumers", () => groupOfTwo(lesson));

  await lesson.done.getByRole("link", { name: "All lessons" }).click();
  await expect(inList).toContainText(`${FIRST.steps} done`);
  await expect(inList.getByRole("link", { name: `Look again: ${FIRST.title}` })).toBeVisible();
  await looksWell(page, "learn-list-done");
});

async function comesUp(lesson: LessonPage): Promise<void> {
  await expect(lesson.action("Create the topic")).toBeDisabled();
  await lesson.start.getByRole("button", { name: "Start the lab" }).click();
  const work = lesson.start.getByTestId("work");
  await expect(work.getByRole("progressbar")).toBeVisible();
  await expect(work.getByRole("button", { name: "Cancel" })).toBeVisible();
  await expect(work).toContainText(/\d s of at most \d+ min/);
  await expect(lesson.start).toHaveCount(0);
  await expect(lesson.page.getByTestId("lab-pill")).toContainText("1 node");
}

async function createdByHand(lesson: LessonPage): Promise<void> {
  const { page, prediction } = lesson;
  await expect(lesson.action("Create the topic")).toBeDisabled();
  await expect(lesson.action("Create the topic")).toHaveAccessibleDescription("Predict first.");
  await expect(lesson.checks.first()).not.toHaveAttribute("data-truth", "true");
  await lesson.predict(1);
  await expect(prediction.getByRole("radio").first()).toBeChecked();
  await expect(prediction.getByRole("radio").nth(1)).toBeDisabled();
  await expect(lesson.action("Create the topic")).toBeEnabled();

  const line = await page.getByTestId("by-hand").locator("code").first().innerText();
  expect(line).toContain("kafka-topics.sh");
  await typed(line);
  await lesson.decided();
  await expect(prediction).toContainText("Your prediction was wrong.");
  await expect(prediction.locator("label").nth(1)).toContainText("This happened");
  await expect(prediction.getByRole("radio").first()).toBeChecked();
  await expect(lesson.view("kafka_partitions").getByRole("heading", { name: /^Partition \d/ })).toHaveCount(3);
  await looksWell(page, "learn-1-create");
  await lesson.next("Then records");
}

async function whichOrder(lesson: LessonPage): Promise<void> {
  const { page } = lesson;
  await expect(lesson.title).toBeInViewport();
  const hints = page.getByTestId("hints").getByRole("listitem");
  for (const number of [1, 2, 3]) {
    await expect(hints).toHaveCount(number - 1);
    await page.getByRole("button", { name: `Hint ${number} of 3` }).click();
  }
  await expect(hints).toHaveCount(3);
  await expect(page.getByRole("button", { name: /^Hint/ })).toHaveCount(0);

  await lesson.predict(2);
  await lesson.act("Send 12 records");
  await expect(lesson.done).toHaveCount(0);
  await lesson.act("Read them all");
  await lesson.decided();
  await expect(lesson.prediction).toContainText("Your prediction was right.");
  await ledToItsEnd(lesson);

  const records = lesson.view("kafka_records");
  await expect(records.getByRole("img", { name: "4 records from offset 0" })).toHaveCount(3);
  const row = records.locator("section").filter({ hasText: "As reader-1 read them" }).locator("svg text");
  await expect(row).toHaveCount(12);
  const read = (await row.allTextContents()).map(Number);
  const sent = Array.from({ length: 12 }, (_, index) => index + 1);
  expect(
    [...read].sort((a, b) => a - b),
    "every record, once",
  ).toEqual(sent);
  expect(read, "not in the order of sending").not.toEqual(sent);
  for (const rest of [0, 1, 2]) {
    const one = read.filter((number) => number % 3 === rest);
    expect(one, "in order within a partition").toEqual([...one].sort((a, b) => a - b));
  }
  await looksWell(page, "learn-2-order");
  await records.getByRole("button", { name: "table" }).click();
  await expect(records.getByRole("cell", { name: "reader-1" }).first()).toBeVisible();
  await looksWell(page, "learn-2-order-table");
  await records.getByRole("button", { name: "picture" }).click();
}

/** Where the end of a step is out of sight, its foot says that it is done, and leads there. */
async function ledToItsEnd({ page, prediction, title }: LessonPage): Promise<void> {
  await page.setViewportSize({ width: WIDE.width, height: 600 });
  await title.scrollIntoViewIfNeeded();
  const bar = page.getByTestId("done-bar");
  await expect(bar).toBeInViewport();
  await bar.getByRole("button", { name: "See what happened" }).click();
  await expect(prediction.getByText("This happened")).toBeInViewport();
  await page.setViewportSize(WIDE);
}

async function keepsThePlace(lesson: LessonPage): Promise<void> {
  await lesson.page.reload();
  await expect(lesson.title).toContainText("Then records");
  await expect(lesson.prediction.getByRole("radio").nth(1)).toBeChecked();
  await expect(lesson.prediction).toContainText("Your prediction was right.");
  await expect(lesson.page.getByTestId("hints").getByRole("listitem")).toHaveCount(3);
  await lesson.step(1).click();
  await expect(lesson.prediction).toContainText("Your prediction was wrong.");
  await lesson.step(2).click();
  await lesson.next("Then keys");
}

async function keysByHand(lesson: LessonPage): Promise<void> {
  await lesson.predict(1);
  const line = await lesson.page.getByTestId("by-hand").locator("code").first().innerText();
  expect(line).toContain("kafka-console-producer.sh");
  await typed(line);
  await expect(lesson.checks.first()).toHaveAttribute("data-truth", "true");
  await expect(lesson.done).toHaveCount(0);
  await lesson.act("Read them all");
  await lesson.decided();
  await expect(lesson.prediction).toContainText("Your prediction was wrong.");
  await looksWell(lesson.page, "learn-3-keys");
  await lesson.next("Once more");
}

async function solved(lesson: LessonPage): Promise<void> {
  await lesson.page.getByRole("button", { name: "Solve it for me" }).click();
  await lesson.decided();
  await expect(lesson.prediction).toContainText("You made no prediction");
  await expect(lesson.prediction).toContainText("This happened");
  await looksWell(lesson.page, "learn-4-again");
  await lesson.next("A group of two");
}

async function groupOfTwo(lesson: LessonPage): Promise<void> {
  await lesson.predict(2);
  await lesson.act("Start screen-1");
  await lesson.act("Start screen-2");
  await lesson.decided();
  await expect(lesson.prediction).toContainText("Your prediction was right.");
  const group = lesson.view("kafka_groups");
  await expect(group.getByTestId("summary")).toContainText("2 members");
  await looksWell(lesson.page, "learn-5-group");
}
