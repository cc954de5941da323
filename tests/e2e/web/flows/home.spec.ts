// The first screen: the pipeline and the right next thing, with the way into the first lesson. No lab is started.
import { expect, test } from "../app.ts";
import { FIRST } from "../lesson.ts";
import { looksWell } from "../looks.ts";

test("the first screen leads into the first lesson, and tells what its lab takes", async ({ app }) => {
  await expect(app.getByRole("heading", { level: 1 })).toHaveText("A weather record, from an API to a chart");
  await expect(app.getByTestId("home-stage")).toHaveCount(5);
  await expect(app.getByTestId("home-pipeline")).toContainText(/GiB of memory|Open the pipeline|is being removed/);
  const next = app.getByTestId("next");
  await expect(next).toContainText(/about \d+ min.* 1 container, about 0\.\d\d GiB of memory/);
  await expect(next.getByRole("button", { name: `Begin: ${FIRST.title}` })).toBeEnabled();
  await looksWell(app, "home");

  // Gone there, this server would take up the lab that the flows of the other row are in.
  await expect(next.getByRole("link", { name: FIRST.title })).toHaveAttribute("href", `#/learn/${FIRST.id}`);
});
