// The terminal beside the browser: our own program for what flows clean up, and a shell for what a learner types.
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

export const ROOT = resolve(import.meta.dirname, "../../..");

/** How long one command may take. */
const LIMIT = 3 * 60_000;
const run = promisify(execFile);

/** The built program. */
export function program(): string {
  const built = process.env.PIPEWRIGHT ?? join(ROOT, "target/debug/pipewright");
  if (!existsSync(built)) throw new Error(`${built} is not built; run \`cargo xtask test --only web\``);
  return built;
}

/** Variables that keep settings, data and logs in a folder. */
export function homeIn(folder: string): Record<string, string> {
  const kinds = ["CONFIG", "DATA", "STATE", "CACHE"];
  return {
    ...Object.fromEntries(kinds.map((kind) => [`XDG_${kind}_HOME`, join(folder, kind.toLowerCase())])),
    PIPEWRIGHT_DATA: join(folder, "data", "pipewright"),
  };
}

/** Names of the labs that run, whoever started them. */
export async function labs(): Promise<string[]> {
  const found = JSON.parse(await pipewright("status", "--json")) as { lab: string }[];
  return found.map(({ lab }) => lab);
}

/** Starts a lab of a stack, or takes up the one of that name, and waits until its engines say that they are ready. */
export async function upLab(stack: string, lab: string): Promise<void> {
  await pipewright("up", stack, "--lab", lab);
}

/** Removes a lab with its data. */
export async function removeLab(lab: string): Promise<void> {
  await pipewright("down", lab, "--volumes");
}

/** Types a command line as the page shows it. It is shown for a person's terminal; there is none here, hence no `-t`. */
export async function typed(line: string): Promise<string> {
  const { stdout } = await run("sh", ["-c", line.replace("docker exec -it ", "docker exec -i ")], { timeout: LIMIT });
  return stdout;
}

/** Sends values to a topic with Kafka's own console producer, inside a node of a lab. */
export async function produceByHand(container: string, topic: string, values: readonly string[]): Promise<void> {
  const lines = values.map((value) => `'${value}'`).join(" ");
  const producer = "/opt/kafka/bin/kafka-console-producer.sh --bootstrap-server localhost:9092";
  await typed(`printf '%s\\n' ${lines} | docker exec -i ${container} ${producer} --topic ${topic}`);
}

async function pipewright(...words: string[]): Promise<string> {
  const home = mkdtempSync(join(tmpdir(), "pipewright-terminal-"));
  try {
    const env = { ...process.env, ...homeIn(home) };
    const { stdout } = await run(program(), words, { cwd: ROOT, env, timeout: LIMIT });
    return stdout;
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
