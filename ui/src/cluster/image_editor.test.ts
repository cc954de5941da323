// An image's files written in the room: saved, then built, then run; and nothing that was written is lost.
import { cleanup, render, screen } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { image, strangeImage } from "../../dev/airflow/image";
import { Client, ScriptedHost } from "../../dev/scripted";
import { some } from "../../dev/some";
import { toView } from "../state/kinds";
import Editor from "./ImageEditor.test.svelte";
import { isBehind, wrongTag, written } from "./image";

// The plain field is what is left where the editor cannot be loaded.
vi.mock("./dag/editor", () => ({}));

const view = toView("lab", "lab_image", { node: "airflow-1" });
const [dockerfile] = some(image.files);
let host: ScriptedHost;
const user = userEvent.setup();
const button = (name: string | RegExp) => screen.getByRole("button", { name });
const text = () => screen.getByLabelText<HTMLTextAreaElement>(/^Text of /);
const done = () =>
  host.asked.filter(([command]) => command === "act").map(([, payload]) => (payload as { action: unknown }).action);

async function load() {
  host = new ScriptedHost({ act: { id: 1, by_hand: [] }, action: { state: "done", says: "done" } });
  render(Editor, { props: { client: new Client(host) } });
  await vi.waitFor(() => expect(host.followed.has(JSON.stringify(view))).toBe(true));
  await host.show(view, image);
}

beforeEach(async () => {
  localStorage.clear();
  vi.spyOn(console, "warn").mockReturnValue();
  await load();
});
afterEach(cleanup);

it("shows the files as they are, and saves what is written", async () => {
  expect(text().value).toBe(some(dockerfile).text);
  await user.click(button("requirements.txt"));
  await user.clear(text());
  await user.type(text(), "quixstreams==3.28.1");
  await user.click(button("Save requirements.txt"));
  expect(done()).toEqual([{ do: "airflow.put_build_file", file: "requirements.txt", text: "quixstreams==3.28.1" }]);
});

it("builds only what is saved, under a name that can be one", async () => {
  await user.type(text(), "RUN true");
  await user.click(button("Build"));
  expect(screen.getByText("Save Dockerfile first.")).toBeTruthy();
  expect(done()).toEqual([]);
  const saved = some(image.files).map((file) => (file === dockerfile ? { ...file, text: text().value } : file));
  await host.show(view, { ...image, files: saved });
  const name = screen.getByLabelText("Name");
  await user.clear(name);
  await user.type(name, "Not A Name");
  await user.click(button("Build"));
  expect(screen.getByText(/small letters and digits/)).toBeTruthy();
  await user.clear(name);
  await user.type(name, "airflow-ml:1");
  await user.click(button("Build"));
  expect(done()).toEqual([{ do: "airflow.build_image", tag: "airflow-ml:1" }]);
});

it("asks before it makes the container anew", async () => {
  await user.click(button("Run it"));
  await user.click(await screen.findByRole("button", { name: "Leave it as it is" }));
  expect(done()).toEqual([]);
  await user.click(button("Run it"));
  await screen.findByText("Run pipewright/airflow:3.3.2?");
  await user.click(some(screen.getAllByRole("button", { name: "Run it" }).at(-1)));
  await vi.waitFor(() => expect(done()).toEqual([{ do: "airflow.use_image", tag: "pipewright/airflow:3.3.2" }]));
});

it("keeps what is written over a new page, and says when the file was written elsewhere", async () => {
  await user.type(text(), "RUN mine");
  const mine = text().value;
  cleanup();
  await load();
  expect(text().value).toBe(mine);
  const elsewhere = some(image.files).map((file) => (file === dockerfile ? { ...file, text: "FROM other" } : file));
  await host.show(view, { ...image, files: elsewhere });
  expect(await screen.findByText(/was written elsewhere since you began/)).toBeTruthy();
  expect(text().value).toBe(mine);
});

it("shows the file again once what was saved from here is in it", async () => {
  await user.clear(text());
  await user.type(text(), "FROM mine");
  await user.click(button("Save Dockerfile"));
  await screen.findByText("done");
  expect(text().value).toBe("FROM mine");
  const now = (text: string) => some(image.files).map((file) => (file === dockerfile ? { ...file, text } : file));
  await host.show(view, { ...image, files: now("FROM mine") });
  await vi.waitFor(() => expect(screen.queryByText("What stands here is not saved.")).toBeNull());
  await host.show(view, { ...image, files: now("FROM another") });
  await vi.waitFor(() => expect(text().value).toBe("FROM another"));
});

it("keeps the keyboard in the text while somebody writes", async () => {
  const field = text();
  await user.type(field, "abc");
  expect(text()).toBe(field);
  expect(document.activeElement).toBe(field);
  expect(field.value.endsWith("abc")).toBe(true);
});

it("shows nothing where no image can be built", async () => {
  await host.show(view, strangeImage);
  await vi.waitFor(() => expect(screen.queryByTestId("image-editor")).toBeNull());
});

it("knows names, and what was begun on which text", () => {
  for (const name of ["a", "airflow-ml:1", "me/air_flow:3.3.2-x"]) expect(wrongTag(name)).toBe("");
  for (const name of ["", "A", "a b", "a:", ":1", "a:b:c"]) expect(wrongTag(name)).not.toBe("");
  const file = some(dockerfile);
  const begun = written(file, undefined, "mine");
  expect([isBehind(file, begun), isBehind({ ...file, text: "other" }, begun)]).toEqual([false, true]);
  expect(written({ ...file, text: "other" }, begun, "more").saved).toBe(file.text);
});
