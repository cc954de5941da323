// Our program in a terminal: what runs after a window was closed, and clearing it away.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { ROOT } from "./window.mjs";

const PROGRAM = process.env.PIPEWRIGHT ?? join(ROOT, "target/debug/pipewright");
const run = promisify(execFile);

/** The labs that run, as `pipewright status --json` tells them. */
export async function labs(home) {
  return JSON.parse(await pipewright(home, "status", "--json"));
}

/** Removes a lab with its data, if it runs. */
export async function removeLab(home, name) {
  if ((await labs(home)).some(({ lab }) => lab === name)) await pipewright(home, "down", name, "--volumes");
}

async function pipewright(home, ...words) {
  const env = { ...process.env, PIPEWRIGHT_DATA: join(home, "terminal") };
  const { stdout } = await run(PROGRAM, words, { cwd: ROOT, env, timeout: 3 * 60_000 });
  return stdout;
}
