// Every kind of view, drawn from the model that its fold makes of its journal.
import { render } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import type { Kind, ModelOf, ParamsOf } from "../state/kinds";
import { drawing, drawn } from "./registry";

interface Fixture {
  params: ParamsOf<Kind>;
  model: ModelOf<Kind>;
  table: { columns: unknown[]; rows: string[][] };
  summary: string;
  known: boolean;
}

const fixtures = import.meta.glob<Fixture>("../../../crates/lab-views/src/kinds/*/model.json", {
  eager: true,
  import: "default",
});
const kinds = Object.entries(fixtures).map(([path, fixture]) => ({ kind: path.split("/").at(-2) as Kind, fixture }));

it("draws every kind that Rust folds, and no other", () => {
  expect([...drawn].sort()).toEqual(kinds.map(({ kind }) => kind).sort());
  expect(drawn.length).toBeGreaterThan(0);
});

describe.each(kinds)("$kind", ({ kind, fixture }) => {
  const view = drawing(kind);
  const draw = (width: number) => {
    if (!view) throw new Error(`views/${kind} is missing`);
    const props = { model: fixture.model, params: fixture.params, now: 60_000, width };
    return render(view.picture, { props }).container;
  };

  it.each([320, 480, 900, 1600])("is light and whole at %i px", (width) => {
    const picture = draw(width);
    expect(picture.querySelectorAll("svg, svg *").length).toBeLessThanOrEqual(1000);
    expect(picture.textContent.trim().length).toBeGreaterThan(40);
    expect(picture.innerHTML).not.toMatch(/NaN|undefined|Infinity|\[object/);
  });

  it("has a title and words for before anything was heard", () => {
    expect(view?.title(fixture.params).length).toBeGreaterThan(3);
    expect(view?.waiting).toMatch(/\.$/);
  });
});
