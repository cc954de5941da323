// The box of long work: what was done, what is done, and whether it can be stopped.
import { cleanup, render, screen } from "@testing-library/svelte";
import { afterEach, expect, it } from "vitest";
import Work from "./Work.svelte";

afterEach(cleanup);

const work = { title: "remove lab", elapsed: 61_000, oncancel: () => undefined };
const cancel = () => screen.queryByRole("button", { name: "Cancel" });

it("can be cancelled, until it was asked to stop", async () => {
  const { rerender } = render(Work, { props: work });
  expect(cancel()).toBeTruthy();
  await rerender({ stopping: true });
  expect(cancel()).toBeNull();
  expect(screen.getByText("Being cancelled")).toBeTruthy();
});

it("says in place of the button why it is carried through", () => {
  render(Work, { props: { ...work, stays: "Half a lab would be left." } });
  expect(cancel()).toBeNull();
  expect(screen.getByText("Half a lab would be left.")).toBeTruthy();
});

it("lists the newest steps that went by", () => {
  const steps = ["one", "two", "three", "four", "five", "six"];
  render(Work, { props: { ...work, steps } });
  const listed = screen.getAllByRole("listitem").map((item) => item.textContent);
  expect(listed).toEqual(steps.slice(1));
});

it("counts nothing and offers nothing while nobody says how it goes on", () => {
  render(Work, { props: { ...work, unheard: true } });
  expect(screen.getByRole("status").textContent).toContain("The connection was lost after 1 min 1 s.");
  expect(screen.queryByRole("progressbar")).toBeNull();
  expect(cancel()).toBeNull();
});
