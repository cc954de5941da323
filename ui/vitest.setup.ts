// Clocks of a test file tick on after its page is gone: they are stopped with it.
import { afterAll } from "vitest";

const begun: ReturnType<typeof setInterval>[] = [];
const begin = globalThis.setInterval;
globalThis.setInterval = ((...call: Parameters<typeof begin>) => {
  const timer = begin(...call);
  begun.push(timer);
  return timer;
}) as typeof begin;

afterAll(() => {
  begun.forEach((timer) => clearInterval(timer));
});
