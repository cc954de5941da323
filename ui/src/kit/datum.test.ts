import { expect, test } from "vitest";

import cases from "../../../crates/lab-model/src/datum.cases.json";
import { type Datum, shown } from "./datum";

test.each(cases)("a value is printed as the terminal prints it: $shown", (one) => {
  expect(shown(one.datum as Datum)).toBe(one.shown);
});
