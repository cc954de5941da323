// What the type checker cannot see: which folder may import which, and the Svelte habits that break live pictures.
import svelte from "eslint-plugin-svelte";
import globals from "globals";
import ts from "typescript-eslint";
import svelteConfig from "./svelte.config.js";

/** For each folder of src: the folders it may import. Types generated from Rust (`*.gen`) are everybody's. */
const PARTS = ["state", "kit"];
const MAY_IMPORT = {
  host: [],
  rpc: ["host"],
  state: ["rpc"],
  kit: [],
  lesson: PARTS,
  cluster: PARTS,
  experiment: PARTS,
  views: PARTS,
  screens: ["lesson", "cluster", "experiment", "views", "state", "kit"],
};
const FOLDERS = Object.keys(MAY_IMPORT);

const flush = { name: "svelte", importNames: ["flushSync"], message: "It leaves Svelte's batch half done." };
const desktop = { group: ["@tauri-apps/*"], message: "Only host/ knows the desktop shell." };

const boundaries = Object.entries(MAY_IMPORT).map(([folder, allowed]) => {
  const others = FOLDERS.filter((other) => other !== folder && !allowed.includes(other));
  const patterns = others.map((other) => ({
    regex: `^(\\.\\./)+${other}/(?!.*\\.gen$)`,
    message: `${folder}/ must not import ${other}/.`,
  }));
  if (folder === "views") {
    patterns.push({ regex: "^\\.\\./[a-z]+_[a-z_]+/", message: "Views share kit, not each other." });
  }
  if (folder !== "host") patterns.push(desktop);
  return {
    files: [`src/${folder}/**/*.{ts,svelte}`],
    rules: { "no-restricted-imports": ["error", { paths: [flush], patterns }] },
  };
});

export default ts.config(
  { ignores: ["dist/", "node_modules/", "**/*.gen.ts"] },
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  {
    languageOptions: { globals: { ...globals.browser } },
    rules: {
      "no-restricted-imports": ["error", { paths: [flush], patterns: [desktop] }],
      // State written in an effect runs into the batch regressions of Svelte 5.53 and later: events, onMount and
      // derived values do all that is needed here, so effects are not used at all.
      "no-restricted-syntax": [
        "error",
        { selector: "CallExpression[callee.name='$effect']", message: "Use onMount, an event or $derived." },
        { selector: "CallExpression[callee.object.name='$effect']", message: "Use onMount, an event or $derived." },
      ],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
      "svelte/no-at-html-tags": "error",
      "svelte/no-navigation-without-resolve": "off",
      eqeqeq: "error",
    },
  },
  {
    files: ["**/*.svelte", "**/*.svelte.ts"],
    languageOptions: {
      parserOptions: { parser: ts.parser, extraFileExtensions: [".svelte"], svelteConfig },
    },
  },
  ...boundaries,
  // The harness may take for granted what it made up itself.
  { files: ["dev/**"], rules: { "@typescript-eslint/no-non-null-assertion": "off" } },
);
