// How the product's bundle is made: no inline script and no data: font, so that it lives under its content policy.
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { svelteTesting } from "@testing-library/svelte/vite";
import { defineConfig } from "vitest/config";

export default defineConfig(({ mode }) => ({
  base: "./",
  plugins: [svelte(), ...(mode === "test" ? [svelteTesting()] : [])],
  build: { target: ["es2022", "safari16"], assetsInlineLimit: 0, reportCompressedSize: false },
  server: { port: 5173, strictPort: true },
  test: {
    environment: "happy-dom",
    include: ["src/**/*.test.ts"],
    restoreMocks: true,
    testTimeout: 120_000,
    setupFiles: ["vitest.setup.ts"],
  },
}));
