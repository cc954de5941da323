// Which host this page lives in.
import { isTauri } from "@tauri-apps/api/core";
import type { Host } from "./host";
import { TauriHost } from "./tauri";
import { WebHost } from "./web";

export function hostHere(): Host {
  return isTauri() ? new TauriHost() : new WebHost();
}
