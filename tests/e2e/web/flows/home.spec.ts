// The first screen: the pipeline and the right next thing, and the way from it into the first lesson. No lab is started.
import { expect, test } from "../app.ts";
import { FIRST } from "../lesson.ts";
import { fits, looksWell } from "../looks.ts";

test("the first screen leads into the first lesson, and tells what its lab takes", async ({ app }) => {
  await expect(app.getByRole("heading", { level: 1 })).toHaveText("A weather record, from an API to a chart");
  await expect(app.getByTestId("home-stage")).toHaveCount(5);
  await expect(app.getByTestId("home-pipeline")).toContainText(/GiB of memory|Open the pipeline|is being removed/);
  const next = app.getByTestId("next");
  await expect(next).toContainText(/about \d+ min.* 1 container, about 0\.\d\d GiB of memory/);
  await expect(next.getByRole("button", { name: `Begin: ${FIRST.title}` })).toBeEnabled();
  await looksWell(app, "home");

  await next.getByRole("link", { name: FIRST.title }).click();
  await expect(app.getByTestId("step-title")).toContainText("1. ");
  await expect(app.getByTestId("lab-start").getByRole("button", { name: "Start the lab" })).toBeVisible();
  await fits(app, "the first lesson before its lab");
  await app.getByRole("navigation").getByRole("link", { name: "Home" }).click();
  await expect(next).toBeVisible();
});
