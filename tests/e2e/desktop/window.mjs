// The built window on a screen of its own: Xvfb, a session bus, WebKitWebDriver, and settings in a temporary folder.
// tauri-driver would add nothing on Linux: it starts the same WebKitWebDriver with the same variable.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Session, until } from "./webdriver.mjs";

export const ROOT = resolve(import.meta.dirname, "../../..");
const PROGRAM = process.env.PIPEWRIGHT_DESKTOP ?? join(ROOT, "target/debug/pipewright-desktop");

/**
 * Opens the window, hands it to the journey, and ends everything that was started, by its own id.
 * @param {{ lang?: string, dmabuf?: "off" | "unset", args?: string[], name: string, home?: string }} how a home that
 *   is given is the caller's, and stays
 * @param {(window: Session) => Promise<void>} journey
 */
export async function withWindow({ lang = "en_US.UTF-8", dmabuf = "off", args = [], name, home: given }, journey) {
  if (!existsSync(PROGRAM)) throw new Error(`${PROGRAM} is not built; run \`cargo xtask test --only desktop\``);
  const started = [];
  const home = given ?? newHome();
  try {
    const display = await screen(started);
    const port = await freePort();
    const env = environment({ lang, dmabuf, display, home });
    const words = ["--", "WebKitWebDriver", "--host=127.0.0.1", `--port=${port}`];
    const driver = start(started, "dbus-run-session", words, { env, cwd: ROOT });
    const base = `http://127.0.0.1:${port}`;
    await until("the driver answers", async () => (await fetch(`${base}/status`)).ok);
    // No browserName: the driver matches names against its own browser only.
    const session = await Session.open(base, { "webkitgtk:browserOptions": { binary: PROGRAM, args } }).catch(
      (error) => {
        throw new Error(`${error.message}\n${driver.said()}`);
      },
    );
    try {
      await journey(session);
    } catch (error) {
      await picture(session, `${name}-failed`).catch(() => {});
      throw new Error(`${error.message}\n${driver.said()}`, { cause: error });
    } finally {
      await session.close().catch(() => {});
    }
  } finally {
    for (const { end } of started.reverse()) await end();
    if (!given) rmSync(home, { recursive: true, force: true });
  }
}

/** A folder for one person's settings and progress. */
export function newHome() {
  return mkdtempSync(join(tmpdir(), "pipewright-window-"));
}

/** Keeps a picture for people to look at; nothing is compared. */
export async function picture(session, name) {
  const folder = join(import.meta.dirname, "screenshots");
  mkdirSync(folder, { recursive: true });
  await session.run(DRAW_ON);
  try {
    writeFileSync(join(folder, `${name}.png`), await session.screenshot());
  } finally {
    await session.run("window.drawOn.remove()");
  }
}

// WebKit hands a picture out with the next frame it draws, and a page at rest draws none: without a pixel that changes
// it would be waited for in vain.
const DRAW_ON = `
  const pixel = document.createElement("i");
  pixel.style.cssText = "position: fixed; right: 0; bottom: 0; width: 1px; height: 1px; background: gray";
  document.body.append(pixel);
  window.drawOn = pixel;
  const change = (time) => {
    pixel.style.opacity = 0.1 + (time % 100) / 1000;
    if (pixel.isConnected) requestAnimationFrame(change);
  };
  requestAnimationFrame(change);
`;

function environment({ lang, dmabuf, display, home }) {
  const env = { ...process.env, LANG: lang, DISPLAY: display, GDK_BACKEND: "x11", NO_AT_BRIDGE: "1" };
  for (const name of Object.keys(env)) {
    if (name.startsWith("LC_") || ["LANGUAGE", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS"].includes(name)) {
      delete env[name];
    }
  }
  env.TAURI_WEBVIEW_AUTOMATION = "true";
  delete env.WEBKIT_DISABLE_DMABUF_RENDERER;
  if (dmabuf === "off") env.WEBKIT_DISABLE_DMABUF_RENDERER = "1";
  for (const kind of ["CONFIG", "DATA", "STATE", "CACHE"]) env[`XDG_${kind}_HOME`] = join(home, kind.toLowerCase());
  env.PIPEWRIGHT_DATA = join(home, "data", "pipewright");
  env.XDG_RUNTIME_DIR = join(home, "runtime");
  mkdirSync(env.XDG_RUNTIME_DIR, { mode: 0o700, recursive: true });
  return env;
}

/** A virtual screen on a display number it chooses itself. */
async function screen(started) {
  const words = ["-displayfd", "3", "-screen", "0", "1280x800x24", "-nolisten", "tcp"];
  const { child, said } = start(started, "Xvfb", words, { extra: "pipe" });
  let number = "";
  child.stdio[3].on("data", (chunk) => (number += chunk));
  await until("the virtual screen", async () => {
    if (child.exitCode !== null) throw new Error(`Xvfb ended: ${said()}`);
    return number.endsWith("\n");
  });
  return `:${number.trim()}`;
}

/** Starts a program in a process group of its own, so that what it starts ends with it. */
function start(started, program, words, { env = process.env, cwd = ROOT, extra = "ignore" }) {
  const child = spawn(program, words, { env, cwd, detached: true, stdio: ["ignore", "pipe", "pipe", extra] });
  const lines = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => lines.push(chunk.toString()));
  child.on("error", (error) => lines.push(`${program}: ${error.message}\n`));
  const signal = (name) => {
    try {
      if (child.pid) process.kill(-child.pid, name);
    } catch {
      // Gone already, which is what is wanted.
    }
  };
  const end = async () => {
    if (child.pid && child.exitCode === null && child.signalCode === null) {
      const ended = once(child, "exit");
      signal("SIGTERM");
      const timer = setTimeout(signal, 10_000, "SIGKILL");
      await ended;
      clearTimeout(timer);
    }
    signal("SIGKILL");
  };
  const said = () => lines.join("").split("\n").slice(-40).join("\n");
  started.push({ end });
  return { child, said };
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}
