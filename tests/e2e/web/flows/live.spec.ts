// What is on screen goes on living: after a minute, after a lost connection, and after the server was started anew.
import type { Page } from "@playwright/test";
import { LESSON_LAB, asOneWhoBegins, expect, picture, test } from "../app.ts";
import { type LessonPage, openFirstLesson } from "../lesson.ts";
import { produceByHand } from "../terminal.ts";

const BROKER = `${LESSON_LAB}-kafka-1-1`;

/** The lesson at the step whose pictures are records and partitions. */
async function atRecords(page: Page): Promise<LessonPage> {
  const lesson = await openFirstLesson(page);
  await lesson.startLab();
  await lesson.goTo(2);
  return lesson;
}

/** How many records the picture says can be read. */
async function readable(lesson: LessonPage): Promise<number> {
  const summary = lesson.view("kafka_partitions").getByTestId("summary");
  await expect(summary).toContainText(/\d+ offsets? readable|empty/);
  return Number(/(\d+) offsets? readable/.exec(await summary.innerText())?.[1] ?? 0);
}

/** Somebody else sends records; the page must show them without being touched. */
async function showsWhatOthersSend(lesson: LessonPage): Promise<void> {
  const before = await readable(lesson);
  await produceByHand(BROKER, "walked", ["from", "somebody", "else"]);
  await expect.poll(() => readable(lesson)).toBe(before + 3);
  await expect(lesson.view("kafka_partitions").getByTestId("summary")).toHaveAttribute("aria-live", "polite");
}

/** The age beside the first replica changes, and is young: its broker was heard just now. */
async function ages(lesson: LessonPage): Promise<void> {
  const age = lesson.view("kafka_partitions").locator(".age").first();
  const first = await age.innerText();
  await expect(age).not.toHaveText(first);
  await expect(age).toHaveText(/^\d\.\d s ago$/);
}

test("a picture goes on living after a minute", async ({ app: page }) => {
  const lesson = await atRecords(page);
  await ages(lesson);
  const clock = async () => {
    const [seconds = 0, minutes = 0, hours = 0] = (await page.getByTitle("Since the lab's journal began").innerText())
      .split(":")
      .map(Number)
      .reverse();
    return 3600 * hours + 60 * minutes + seconds;
  };
  const began = await clock();
  await expect.poll(clock, { timeout: 3 * 60_000 }).toBeGreaterThanOrEqual(began + 60);
  await ages(lesson);
  await showsWhatOthersSend(lesson);
});

test("a lost connection is told, and comes back by itself", async ({ page, served }) => {
  // From the moment a step is gone to: the answer to that never comes.
  let [losing, cut] = [false, false];
  await page.routeWebSocket(/\/ws/, (socket) => {
    if (cut) return void socket.close();
    const server = socket.connectToServer();
    let armed = false;
    socket.onMessage((message) => {
      armed ||= losing && String(message).includes("go_to_step");
      server.send(message);
      if (!armed) return;
      cut = true;
      void socket.close();
    });
  });
  await page.goto(served.url);
  const lesson = await atRecords(page);
  const alert = page.getByRole("alert");
  await expect(alert).toHaveCount(0);
  losing = true;
  await lesson.step(1).click();
  await expect(alert).toContainText("Pipewright does not answer.");
  await expect(alert, "one loss, one message").toHaveCount(1);
  await picture(page, "live-connection-lost");
  [losing, cut] = [false, false];
  await expect(alert).toHaveCount(0);
  await expect(lesson.title).toContainText("1. ");
  await lesson.goTo(2);
  await ages(lesson);
  await showsWhatOthersSend(lesson);
});

test("when the server ends the page says so, and the next one takes the lab over", async ({ page }) => {
  await asOneWhoBegins(async (served) => {
    await page.goto(served.url);
    const lesson = await atRecords(page);
    await served.stop();
    const alert = page.getByRole("alert");
    await expect(alert).toContainText("Pipewright does not answer.");
    await expect(alert).toContainText("pipewright serve");
    await expect(alert).toContainText(/Tried \d+ times/);
    await picture(page, "live-server-ended");

    await served.again();
    await page.goto(served.url);
    await openFirstLesson(page);
    await expect(alert).toHaveCount(0);
    await expect(lesson.title).toContainText("Then records");
    await expect(lesson.start).toHaveCount(0);
    await ages(lesson);
    await showsWhatOthersSend(lesson);
  });
});
