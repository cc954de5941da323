// Browser flows against `pipewright serve`, in two rows side by side, each with a browser, a server and labs of its own.
// Flows mostly wait for engines; the first lesson's lab has one name, so its flows come one after the other.
import { existsSync } from "node:fs";
import { defineConfig } from "@playwright/test";

const debian = "/usr/bin/chromium";
const executablePath = process.env.PIPEWRIGHT_CHROMIUM ?? (existsSync(debian) ? debian : undefined);

const FIRST_LESSON = ["learn.spec.ts", "live.spec.ts", "look.spec.ts"];

export default defineConfig({
  testDir: "flows",
  outputDir: "test-results",
  workers: 2,
  projects: [
    { name: "lesson", workers: 1, testMatch: FIRST_LESSON },
    { name: "labs", workers: 1, testIgnore: FIRST_LESSON },
  ],
  retries: 0,
  forbidOnly: true,
  // Engines start and elect in their own time: limits are generous, and no flow asserts a duration.
  timeout: 5 * 60_000,
  expect: { timeout: 60_000 },
  reporter: [["list"]],
  use: {
    browserName: "chromium",
    viewport: { width: 1280, height: 800 },
    locale: "en-US",
    screenshot: "only-on-failure",
    // Keeping a trace takes as much of the processor as the page itself: ask for it with PIPEWRIGHT_TRACE=1.
    trace: process.env.PIPEWRIGHT_TRACE ? "retain-on-failure" : "off",
    launchOptions: {
      executablePath,
      args: [
        "--no-sandbox",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
      ],
    },
  },
});
