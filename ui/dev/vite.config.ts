// The harness: the same page on a host that replays made-up pushes. For looking at states; never part of the product.
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";

export default defineConfig({
  root: import.meta.dirname,
  plugins: [svelte({ configFile: "../svelte.config.js" })],
  server: { port: 5174, strictPort: true, fs: { allow: ["../.."] } },
  build: { outDir: "/tmp/ui-harness", emptyOutDir: true, assetsInlineLimit: 0 },
});
