// What a learner asks of a lesson while an answer is still under way.
import { expect, it, vi } from "vitest";
import type { App } from "./app.svelte";
import { Learning } from "./learning.svelte";

it("goes where the last click says, also while another going is under way", async () => {
  const went: string[] = [];
  const arrived: (() => void)[] = [];
  const call = (command: string, request: { step?: string }) =>
    new Promise<void>((answer) => {
      if (command !== "go_to_step") return;
      went.push(request.step ?? "");
      arrived.push(answer);
    });
  const learning = new Learning("kafka/one", { client: { call } } as unknown as App);
  const first = learning.go("first");
  await vi.waitFor(() => expect(went).toEqual(["first"]));
  const [second, third] = [learning.go("second"), learning.go("third")];
  arrived[0]?.();
  await vi.waitFor(() => expect(went).toEqual(["first", "third"]));
  arrived[1]?.();
  expect(await Promise.all([first, second, third])).toEqual([true, false, true]);
});

it("asks what is clicked while another answer is under way", async () => {
  const asked: string[] = [];
  const arrived: (() => void)[] = [];
  const call = (command: string) =>
    new Promise<void>((answer) => {
      asked.push(command);
      arrived.push(answer);
    });
  const learning = new Learning("kafka/one", { client: { call } } as unknown as App);
  await vi.waitFor(() => expect(asked).toEqual(["lesson"]));
  const went = learning.go("first");
  await vi.waitFor(() => expect(asked).toEqual(["lesson", "go_to_step"]));
  const solved = learning.solve("first");
  arrived[1]?.();
  await vi.waitFor(() => expect(asked).toEqual(["lesson", "go_to_step", "solve"]));
  arrived[2]?.();
  expect(await Promise.all([went, solved])).toEqual([true, true]);
});
