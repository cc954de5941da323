// Slots on a page: bars under keyboard and pointer, and the way to a task.
import { cleanup, render, screen } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, it, vi } from "vitest";
import { slots, strangeSlots } from "../../../dev/airflow/slots";
import AirflowSlots from "./AirflowSlots.svelte";

const props = { model: slots, params: {}, now: 61_000, width: 900 };
const said = () => screen.getByTestId("said").textContent.replace(/\s+/g, " ");

afterEach(cleanup);

it("says of a bar what it is, and looks at its task on request", async () => {
  const onlook = vi.fn();
  render(AirflowSlots, { props: { ...props, onlook } });
  const user = userEvent.setup();
  await user.click(screen.getByRole("button", { name: /enrich \[3\], running/ }));
  expect(said()).toContain("enrich [3]");
  await user.click(screen.getByRole("button", { name: "Look at this task" }));
  expect(onlook).toHaveBeenCalledWith(expect.objectContaining({ dag: "weather", task: "enrich", map_index: 3 }));
});

it("is one stop for the keyboard, arrows go on", async () => {
  const { container } = render(AirflowSlots, { props });
  expect(container.querySelectorAll('[data-bar][tabindex="0"]')).toHaveLength(1);
  const user = userEvent.setup();
  container.querySelector<HTMLElement>('[data-bar][tabindex="0"]')?.focus();
  await user.keyboard("{ArrowUp}");
  expect(document.activeElement?.getAttribute("aria-pressed")).toBe("true");
  expect(container.querySelectorAll('[data-bar][tabindex="0"]')).toHaveLength(1);
});

it("says why a pool is full, and goes farther back on request", async () => {
  const onparams = vi.fn();
  render(AirflowSlots, { props: { ...props, onparams } });
  expect(screen.getByTestId("full").textContent).toContain("extract waits for it");
  await userEvent.setup().click(screen.getByRole("button", { name: "60 min" }));
  expect(onparams).toHaveBeenCalledWith({ minutes: 60 });
});

it("says what is not known", () => {
  render(AirflowSlots, { props: { ...props, model: { ...strangeSlots, pools: null, at: null } } });
  expect(screen.getByText(/Airflow has not told yet who holds slots/)).toBeTruthy();
  expect(screen.getByText(/Pools were not told yet/)).toBeTruthy();
});
