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

/** The status of one plain request, with headers that no browser would let a page set; 101 where a WebSocket opened. */
async function status(url: string, headers: Record<string, string>): Promise<number> {
  return new Promise((done, failed) => {
    const { hostname, port, pathname, search } = new URL(url);
    const asked = plainRequest({ host: hostname, port, path: pathname + search, headers }, (answer) => {
      answer.resume();
      done(answer.statusCode ?? 0);
    });
    asked.on("upgrade", (_, socket) => {
      socket.destroy();
      done(101);
    });
    asked.on("error", failed).end();
  });
}

/** Asks for the WebSocket of a served app, the way a page of some origin would. */
async function connecting(url: string, origin: string): Promise<number> {
  return status(url.replace("/?", "/ws?"), {
    Connection: "Upgrade",
    Upgrade: "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    Origin: origin,
  });
}

test("a name that points here by somebody else's doing is refused", async ({ served }) => {
  expect(await status(served.url, {})).toBe(200);
  expect(await status(served.url, { Host: "elsewhere.example" })).toBe(421);
});

test("only our own page with the token may connect", async ({ served }) => {
  const own = new URL(served.url).origin;
  expect(await connecting(served.url, own)).toBe(101);
  expect(await connecting(served.url, "http://elsewhere.example")).toBe(403);
  expect(await connecting(served.url.replace(/token=.*/, "token=guessed"), own)).toBe(403);
  expect(await connecting(served.url.replace(/token=.*/, ""), own)).toBe(403);
});

test("a page at rest asks for nothing", async ({ page, served }) => {
  const asked: string[] = [];
  page.on("websocket", (socket) => {
    socket.on("framesent", ({ payload }) => {
      const { rpc } = JSON.parse(String(payload)) as { rpc?: string };
      if (rpc && rpc !== "log") asked.push(rpc);
    });
  });
  await page.goto(served.url);
  await expect(page.getByTestId("next")).toBeVisible();
  // As many frames as anything that asks over and over would need to be caught at it.
  await page.evaluate(async () => {
    for (let frame = 0; frame < 120; frame++) await new Promise(requestAnimationFrame);
  });
  expect(asked.sort()).toEqual([...new Set(asked)].sort());
});
