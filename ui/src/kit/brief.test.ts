import { expect, it } from "vitest";
import { brief } from "./brief";

it("leaves short texts and sentences whole, and cuts what would make a column of its own", () => {
  expect(brief("north")).toEqual({ text: "north", rest: "", line: true });
  const sentence = "cassandra-1 stored no more hints for cassandra-3, because the window had passed";
  expect(brief(sentence)).toEqual({ text: sentence, rest: "", line: false });
  const name = "readings-".repeat(26).slice(0, 230);
  expect(brief(name)).toEqual({ text: `${name.slice(0, 48)}…`, rest: "230 characters", line: false });
  const statement = "UPDATE a SET b = 1 ".repeat(20).trim();
  expect(brief(statement).rest).toBe(`${statement.length} characters`);
});

it("says the length of a value of which only the beginning is known, and not of that", () => {
  const shown = `${"k".repeat(200)}… (900.0 kB, sha256 ba7816bf8f01cfea)`;
  expect(brief(shown)).toEqual({ text: `${"k".repeat(48)}…`, rest: "900.0 kB, sha256 ba7816bf8f01cfea", line: false });
});

it("cuts between letters, not within one", () => {
  expect(brief("🦆".repeat(100)).text).toBe(`${"🦆".repeat(48)}…`);
});
