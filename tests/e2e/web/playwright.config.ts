// Browser flows against `pipewright serve`: one browser, one server, one flow at a time, because they share real engines.
import { existsSync } from "node:fs";
import { defineConfig } from "@playwright/test";

const debian = "/usr/bin/chromium";
const executablePath = process.env.PIPEWRIGHT_CHROMIUM ?? (existsSync(debian) ? debian : undefined);

export default defineConfig({
  testDir: "flows",
  outputDir: "test-results",
  workers: 1,
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
    trace: "retain-on-failure",
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
