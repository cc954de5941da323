// A `pipewright serve` of its own for the flows: settings and progress in a temporary folder, ended by its own pid.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { ROOT, homeIn, program } from "./terminal.ts";

/** The flows' own lessons, beside the product's stacks and page. */
const CONTENT = join(ROOT, "tests/e2e/content");

/** How long serving may take to begin, and to end. */
const LIMIT = 60_000;

interface Running {
  url: string;
  child: ChildProcess;
}

export class Served {
  private constructor(
    private running: Running,
    private readonly home: string,
  ) {}

  /** Starts serving on a free port and waits for the line that says where. */
  static async start(): Promise<Served> {
    const home = mkdtempSync(join(tmpdir(), "pipewright-flows-"));
    try {
      return new Served(await run(home), home);
    } catch (error) {
      rmSync(home, { recursive: true, force: true });
      throw error;
    }
  }

  /** Where the app is, token included: `http://127.0.0.1:PORT/?token=…`. */
  get url(): string {
    return this.running.url;
  }

  /** Names of the labs it made, and no others': several people may work on one engine. */
  made(): string[] {
    const folder = join(homeIn(this.home).PIPEWRIGHT_DATA ?? "", "labs");
    if (!existsSync(folder)) return [];
    return readdirSync(folder).flatMap((file) => (file.endsWith(".env") ? [file.slice(0, -".env".length)] : []));
  }

  /** Ends the program, as Ctrl-C does; settings and progress stay. */
  async stop(): Promise<void> {
    const { child } = this.running;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    const kill = setTimeout(() => child.kill("SIGKILL"), LIMIT);
    await ended;
    clearTimeout(kill);
  }

  /** Stops it and starts it anew for the same person, at another address. */
  async again(): Promise<void> {
    await this.stop();
    this.running = await run(this.home);
  }

  /** Stops it, and takes its settings away. */
  async end(): Promise<void> {
    await this.stop();
    rmSync(this.home, { recursive: true, force: true });
  }
}

async function run(home: string): Promise<Running> {
  const child = spawn(program(), ["serve", "--port", "0", "--json"], {
    cwd: ROOT,
    env: { ...process.env, ...homeIn(home), PIPEWRIGHT_CONTENT: CONTENT },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said: string[] = [];
  child.stderr.on("data", (chunk: Buffer) => said.push(chunk.toString()));
  try {
    return { url: await address(child, said), child };
  } catch (error) {
    child.kill("SIGKILL");
    throw error;
  }
}

/** The address from the line `{"event":"serving","url":…}`. */
async function address(child: ChildProcess, said: string[]): Promise<string> {
  return new Promise((found, failed) => {
    const give = (why: string) => failed(new Error(`pipewright serve ${why}\n${said.join("")}`));
    const limit = setTimeout(() => give("did not say where it serves"), LIMIT);
    child.once("error", (error) => give(`could not be started: ${error.message}`));
    child.once("exit", (code, signal) => give(`ended with ${code ?? signal} before serving`));
    if (!child.stdout) throw new Error("the server's output is a pipe");
    createInterface({ input: child.stdout }).on("line", (line) => {
      said.push(`${line}\n`);
      if (!line.startsWith("{")) return;
      const event = JSON.parse(line) as { event?: string; url?: string };
      if (event.event === "serving" && event.url) {
        clearTimeout(limit);
        found(event.url);
      }
    });
  });
}
