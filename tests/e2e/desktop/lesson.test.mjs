// One real step of a lesson in the built window; the lab outlives the window, and the next window takes it over.
import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { after, before, test } from "node:test";
import { labs, removeLab } from "./terminal.mjs";
import { until } from "./webdriver.mjs";
import { newHome, picture, withWindow } from "./window.mjs";

const LIMIT = { timeout: 10 * 60_000 };
const LESSON = ["--lesson", "kafka/first-topic"];
const LAB = "pipewright-learn-kafka-1";

const home = newHome();
// Lessons have one lab of a fixed name, and this one needs it fresh. To a learner that is “Start over”.
before(() => removeLab(home, LAB), LIMIT);
after(async () => {
  await removeLab(home, LAB);
  rmSync(home, { recursive: true, force: true });
}, LIMIT);

/** The learner's way through the first step: start, predict, act. */
async function firstStep(window) {
  await (await window.find("[data-testid=lab-start] button", "Start the lab")).click();
  const options = "[data-testid=prediction] input[type=radio]";
  await until("the lab is ready", async () => (await window.all("[data-testid=lab-start]")).length === 0, 3 * 60_000);
  await (await window.all(options))[1].click();
  await (await window.find("[data-testid=prediction] button", "I predict this")).click();
  await window.find("[data-testid=prediction] [data-testid=own]", "Your prediction");
  await (await window.find("[data-testid=step-actions] button", "Create the topic")).click();
}

/** Every check with its truth and its words. */
function checks(window) {
  return window.run(`
    return [...document.querySelectorAll("[data-testid=check]")].map((check) => [check.dataset.truth, check.innerText]);
  `);
}

test("the first screen says what to learn next, as the program tells it", LIMIT, async () => {
  await withWindow({ name: "home" }, async (window) => {
    await window.find("[data-testid=next]", "A topic is partitions");
    await picture(window, "home");
  });
});

test("a step is done in the window, and closing it leaves the lab running", LIMIT, async () => {
  await withWindow({ name: "step", args: LESSON, home }, async (window) => {
    await window.find("[data-testid=step-title]", "A new topic");
    await firstStep(window);
    await window.find("[data-testid=step-done]", "Three logs, one broker");
    for (const [truth, words] of await checks(window)) {
      assert.equal(truth, "true", words);
      assert.match(words, /Last word by kafka-1: /);
    }
    await window.find("[data-testid=prediction]", "Your prediction was right.");
    await window.find('[data-kind="kafka_partitions"] h3', "Partition 2");
    await picture(window, "step-done");
    await window.closeWindow();
  });
  const running = (await labs(home)).find(({ lab }) => lab === LAB);
  assert.equal(running?.phase, "ready");
});

test("the next window takes the lab over, also in the locale C", LIMIT, async () => {
  await withWindow({ name: "taken-over", args: LESSON, home, lang: "C.UTF-8", dmabuf: "unset" }, async (window) => {
    await window.find("[data-testid=step-title]", "Which order?");
    await window.find('[data-kind="kafka_partitions"] h3', "Partition 2");
    assert.equal((await window.all("[data-testid=lab-start]")).length, 0, "nothing has to be started");
    const age = await (await window.find('[data-kind="kafka_partitions"] .age')).text();
    await until("the picture lives", async () => {
      const now = await (await window.find('[data-kind="kafka_partitions"] .age')).text();
      return now !== age;
    });
    await picture(window, "taken-over");
  });
});
