// Where the keyboard goes on when the control that had it is gone.
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { keepsFocus } from "./focus";

let page: HTMLElement;
let stop: ReturnType<typeof keepsFocus>;
const at = (id: string) => document.getElementById(id) as HTMLButtonElement;

beforeEach(() => {
  document.body.innerHTML = `
    <div><main tabindex="-1"><button id="a">a</button><button id="b">b</button><button id="c" disabled>c</button>
    <button id="d">d</button></main><button id="elsewhere">e</button></div><button id="menu">m</button>`;
  page = document.querySelector("main") as HTMLElement;
  // Layout does not exist here: everything is seen.
  page.querySelectorAll("button").forEach((button) => (button.checkVisibility = () => true));
  stop = keepsFocus(page);
});
afterEach(() => stop?.());

const goesTo = (element: HTMLElement) => vi.waitFor(() => expect(document.activeElement).toBe(element));

it("is the next control that can be used", async () => {
  at("b").focus();
  at("b").remove();
  await goesTo(at("d"));
});

it("is the one before where nothing comes after, and the page itself where there is none", async () => {
  at("d").focus();
  at("d").remove();
  await goesTo(at("b"));
  page.replaceChildren(document.createElement("p"));
  await goesTo(page);
});

it("is the next one too when the control was disabled", async () => {
  at("a").focus();
  at("a").disabled = true;
  await goesTo(at("b"));
});

it("is the one that came in its place", async () => {
  const box = document.createElement("div");
  at("b").replaceWith(box);
  box.innerHTML = `<button id="pause">Pause</button>`;
  at("pause").focus();
  box.innerHTML = `<button id="unpause">Unpause</button>`;
  at("unpause").checkVisibility = () => true;
  await goesTo(at("unpause"));
});

it("is the next one when a menu closes whose button went meanwhile", async () => {
  at("b").focus();
  at("menu").focus();
  at("b").remove();
  at("menu").remove();
  page.append("a push came");
  await goesTo(at("d"));
});

it("stays on a heading that was given it", async () => {
  const heading = document.createElement("h2");
  heading.tabIndex = -1;
  page.prepend(heading);
  heading.focus();
  at("d").remove();
  await Promise.resolve();
  expect(document.activeElement).toBe(heading);
});

it("stays with whoever went elsewhere", async () => {
  at("b").focus();
  at("elsewhere").focus();
  at("b").remove();
  await Promise.resolve();
  expect(document.activeElement).toBe(at("elsewhere"));
});
