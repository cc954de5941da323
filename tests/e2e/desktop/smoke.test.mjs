// The built window opens and is whole: on a usual system, and on the system that used to blank it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "./webdriver.mjs";
import { picture, withWindow } from "./window.mjs";

const LIMIT = { timeout: 5 * 60_000 };

/** What is on screen once the UI has come up; a blank window never gets there. */
async function shown(window) {
  await window.find("main");
  const text = await until("the window shows text", async () => {
    const words = await window.run("return document.body.innerText.trim()");
    return words.length > 20 && words;
  });
  return text;
}

test("the window opens with the built UI", LIMIT, async () => {
  await withWindow({ name: "usual" }, async (window) => {
    await shown(window);
    assert.match(await window.title(), /Pipewright/);
    assert.match(await window.url(), /^(tauri:|https?:\/\/tauri\.localhost)/, "not the development server");
    await picture(window, "usual");
  });
});

test("the window opens where the locale is C and the renderer is left to us", LIMIT, async () => {
  await withWindow({ name: "c-locale", lang: "C.UTF-8", dmabuf: "unset" }, async (window) => {
    await shown(window);
    const formatted = await window.run("return new Intl.NumberFormat(navigator.language).format(1234.5)");
    assert.match(formatted, /1.?234/);
    await picture(window, "c-locale");
  });
});

test("styles that the page adds while it runs are in force in the built window", LIMIT, async () => {
  await withWindow({ name: "styles" }, async (window) => {
    await shown(window);
    const colour = await window.run(`
      const style = document.createElement("style");
      style.textContent = ".added-while-running { color: rgb(1, 2, 3) }";
      document.head.append(style);
      const element = document.createElement("p");
      element.className = "added-while-running";
      document.body.append(element);
      const colour = getComputedStyle(element).color;
      style.remove();
      element.remove();
      return colour;
    `);
    assert.equal(colour, "rgb(1, 2, 3)", "the content policy drops style elements: see tauri.conf.json");
  });
});

test("the page can ask for what our commands answer, and for nothing else of the window's", LIMIT, async () => {
  await withWindow({ name: "permissions" }, async (window) => {
    await shown(window);
    await window.run(`
      const ask = (command, payload) =>
        globalThis.__TAURI_INTERNALS__.invoke(command, payload).then((answer) => ["answered", answer], (why) => ["refused", String(why)]);
      globalThis.permitted = null;
      Promise.all([
        ask("rpc", { cmd: "about", payload: {} }),
        ask("plugin:window|set_title", { label: "main", value: "taken over" }),
        ask("plugin:webview|create_webview_window", { options: { label: "other", url: "https://localhost" } }),
        ask("plugin:event|emit", { event: "x", payload: {} }),
        ask("plugin:shell|execute", { program: "sh" }),
        ask("plugin:fs|read_file", { path: "/etc/hostname" }),
      ]).then((answers) => (globalThis.permitted = answers));
    `);
    const [about, ...others] = await until("all are answered", () => window.run("return globalThis.permitted"));
    assert.equal(about[0], "answered", JSON.stringify(about));
    for (const [answered, why] of others) {
      assert.equal(answered, "refused", JSON.stringify(why));
      assert.match(why, /not allowed|not found/);
    }
    assert.match(await window.title(), /Pipewright/);
  });
});
