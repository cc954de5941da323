// The door of `pipewright serve`: who has the address gets in, nobody else does, and what opens complains about nothing.
import { request as plainRequest } from "node:http";
import { accessible, expect, inTheme, picture, test } from "../app.ts";

test("the app opens from its address alone", async ({ app }) => {
  await expect(app).toHaveTitle(/Pipewright/);
  await expect(app.getByRole("main")).toBeVisible();
});

for (const theme of ["light", "dark"] as const) {
  test(`the first screen is accessible in ${theme}`, async ({ app }) => {
    await inTheme(app, theme);
    await expect(app.getByRole("main")).toBeVisible();
    await picture(app, `first-screen-${theme}`);
    await accessible(app, `the first screen, ${theme}`);
  });
}

/** The status of one plain request, with headers no browser would let a page set. */
async function status(url: string, headers: Record<string, string>): Promise<number> {
  return new Promise((done, failed) => {
    const { hostname, port, pathname, search } = new URL(url);
    const asked = plainRequest({ host: hostname, port, path: pathname + search, headers }, (answer) => {
      answer.resume();
      done(answer.statusCode ?? 0);
    });
    asked.on("error", failed).end();
  });
}

test("a name that points here by somebody else's doing is refused", async ({ served }) => {
  expect(await status(served.url, {})).toBe(200);
  expect(await status(served.url, { Host: "elsewhere.example" })).toBeGreaterThanOrEqual(400);
});

test("a page of another origin is refused", async ({ served }) => {
  expect(await status(served.url, { Origin: new URL(served.url).origin })).toBe(200);
  expect(await status(served.url, { Origin: "http://elsewhere.example" })).toBeGreaterThanOrEqual(400);
});
