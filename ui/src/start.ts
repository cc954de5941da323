// Mounts the application on a host, and tells the log file what goes wrong in the page.
import { mount } from "svelte";
import App from "./App.svelte";
import { Client, type Host } from "./rpc/client";

export function start(host: Host): void {
  const client = new Client(host);
  addEventListener("error", (event) =>
    client.log("error", `page: ${event.message} (${event.filename}:${event.lineno})`),
  );
  addEventListener("unhandledrejection", (event) => client.log("error", `page: ${String(event.reason)}`));
  const target = document.getElementById("app");
  if (!target) throw new Error("the page has no element #app");
  mount(App, { target, props: { client } });
  // A window that stays white never says this.
  requestAnimationFrame(() => client.log("info", "page: shown"));
}
