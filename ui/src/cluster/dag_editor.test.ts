// DAG files written in the room: nothing that was written is lost without a question, and the way back is one click.
import { cleanup, render, screen } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { dags } from "../../dev/airflow/dags";
import { airflowLab } from "../../dev/labs";
import { Client, ScriptedHost } from "../../dev/scripted";
import { toView } from "../state/kinds";
import Editor from "./DagEditor.test.svelte";

// The plain field is what is left where the editor cannot be loaded.
vi.mock("./dag/editor", () => ({}));

const dagsView = toView("pipewright-airflow-1", "airflow_dags", {});
const folderView = toView("pipewright-airflow-1", "airflow_files", {});
const weatherView = toView("pipewright-airflow-1", "airflow_files", { file: "weather.py" });
const listed = (...names: string[]) => names.map((name) => ({ name, size: 9, changed_at: null }));
/** The folder, and the text of one of its files. */
const folder = (names: string[], text?: string) => ({
  files: listed(...names),
  file_count: names.length,
  unread: null,
  opened: text === undefined ? null : { name: "weather.py", exists: true, text, unread: null },
});
const answers: { [command: string]: unknown } = {};
let host: ScriptedHost;
const user = userEvent.setup();

/** The lab as it is, on a page that was loaded just now. */
async function load() {
  host = new ScriptedHost(answers);
  render(Editor, { props: { client: new Client(host), lab: airflowLab("pipewright-airflow-1") } });
  await vi.waitFor(() => expect(host.followed.has(JSON.stringify(dagsView))).toBe(true));
  await host.show(dagsView, dags);
}

const says = (text: string) => {
  answers["act"] = { id: 1, by_hand: [`docker cp …`] };
  answers["action"] = { state: "done", says: text };
};
const done = () =>
  host.asked.filter(([command]) => command === "act").map(([, payload]) => (payload as { action: unknown }).action);
const button = (name: string | RegExp) => screen.getByRole("button", { name });
const text = () => screen.getByLabelText<HTMLTextAreaElement>(/^Text of /);
const write = async (words: string) => {
  await user.clear(text());
  await user.type(text(), words);
};

async function begin(file: string) {
  await user.click(button("New file"));
  await user.type(screen.getByLabelText("Name"), file);
  await user.click(button("Begin"));
}

beforeEach(async () => {
  localStorage.clear();
  vi.spyOn(console, "warn").mockReturnValue();
  says("Airflow has read hello.py: 1 DAG in it: hello (version 1)");
  await load();
});
afterEach(cleanup);

it("begins a file with a DAG that runs, and saves it with Ctrl+S", async () => {
  await begin("hello");
  expect(text().value).toContain("def hello():");
  expect(screen.getByText("This text is in no file yet.")).toBeTruthy();
  text().focus();
  await user.keyboard("{Control>}s{/Control}");
  expect(done()).toEqual([{ do: "airflow.put_dag", file: "hello.py", text: text().value }]);
  await screen.findByText(/1 DAG in it: hello \(version 1\)/);
  expect(screen.queryByText("This text is in no file yet.")).toBeNull();
});

it("refuses a name that is none, and one that there is", async () => {
  await begin("../x");
  expect(screen.getByText(/Letters, digits/)).toBeTruthy();
  await user.clear(screen.getByLabelText("Name"));
  await user.type(screen.getByLabelText("Name"), "weather.py");
  await user.click(button("Begin"));
  expect(screen.getByText("There is weather.py already.")).toBeTruthy();
  expect(done()).toEqual([]);
});

it("keeps what is not saved over other files and a new page", async () => {
  await begin("hello");
  await write("half a thought");
  await user.click(button(/^weather\.py/));
  await user.click(button(/^hello\.py/));
  expect(text().value).toBe("half a thought");
  cleanup();
  await load();
  await user.click(button(/^hello\.py/));
  expect(text().value).toBe("half a thought");
});

it("goes back to the last text of which Airflow made DAGs", async () => {
  await begin("hello");
  await write("good");
  await user.click(button("Save"));
  await screen.findByText(/1 DAG in it/);
  expect(screen.queryByRole("button", { name: "Back to the last good version" })).toBeNull();
  says("hello.py is written, and Airflow cannot import it in line 1: NameError: name 'bad' is not defined");
  await write("bad");
  await user.click(button("Save"));
  await screen.findByText(/cannot import it in line 1/);
  await user.click(button("Back to the last good version"));
  expect(text().value).toBe("good");
  expect(screen.getByText("What stands here is not saved.")).toBeTruthy();
});

it("opens a file that somebody else wrote as it stands in the folder, and saves what is changed in it", async () => {
  await user.click(button(/^weather\.py/));
  expect(screen.getByText("Reading weather.py …")).toBeTruthy();
  await host.show(weatherView, folder(["weather.py"], "theirs"));
  expect(text().value).toBe("theirs");
  await write("mine");
  await user.click(button("Save"));
  await vi.waitFor(() => expect(done()).toEqual([{ do: "airflow.put_dag", file: "weather.py", text: "mine" }]));
});

it("tells of a file that somebody changes in the folder, and keeps what is written here", async () => {
  await user.click(button(/^weather\.py/));
  await host.show(weatherView, folder(["weather.py"], "theirs"));
  await write("mine");
  expect(screen.queryByTestId("changed-elsewhere")).toBeNull();
  await host.show(weatherView, folder(["weather.py"], "newer"), 60_000);
  expect(await screen.findByTestId("changed-elsewhere")).toBeTruthy();
  expect(text().value).toBe("mine");
  await user.click(button("Show that text"));
  expect(text().value).toBe("newer");
});

it("asks before it replaces a file that somebody else wrote meanwhile", async () => {
  await begin("hello");
  await host.show(folderView, folder(["hello.py"]));
  await user.click(button("Save"));
  expect(await screen.findByText("Replace hello.py?")).toBeTruthy();
  expect(done()).toEqual([]);
  await user.click(button("Leave it as it is"));
  expect(done()).toEqual([]);
  await user.click(button("Save"));
  await user.click(await screen.findByRole("button", { name: "Replace it" }));
  await vi.waitFor(() => expect(done()).toHaveLength(1));
});

it("asks before it throws a text away", async () => {
  await begin("hello");
  await write("mine");
  await user.click(button("Forget this text"));
  await user.click(await screen.findByRole("button", { name: "Leave it as it is" }));
  expect(text().value).toBe("mine");
  await user.click(button("Save"));
  await screen.findByText(/1 DAG in it/);
  await write("changed");
  await user.click(button("Discard changes"));
  await user.click(await screen.findByRole("button", { name: "Discard them" }));
  expect(text().value).toBe("mine");
});

it("deletes a file after a question, and keeps a text that was written here", async () => {
  await user.click(button(/^weather\.py/));
  await host.show(weatherView, folder(["weather.py"], "theirs"));
  await write("mine");
  await user.click(button("Delete file"));
  expect(await screen.findByText("Delete weather.py?")).toBeTruthy();
  await user.click(button("Delete it"));
  await vi.waitFor(() => expect(done()).toEqual([{ do: "airflow.delete_dag_file", file: "weather.py" }]));
  expect(text().value).toBe("mine");
});

it("says what Airflow says of a file", async () => {
  await user.click(button(/^weather_v2\.py/));
  expect(screen.getByTestId("file-says").textContent).toContain("weather_v2.py, line 3");
  await user.click(button(/^weather\.py/));
  expect(screen.getByTestId("file-says").textContent).toContain("1 DAG in the file: weather");
});

it("shows the way to Airflow's own page, and copies the password without drawing it", async () => {
  answers["own_pages"] = { url: "http://127.0.0.1:29080", user: "lab", password: "hush" };
  await user.click(screen.getByText("Airflow’s own page"));
  expect(await screen.findByRole("button", { name: "Copy the password" })).toBeTruthy();
  expect(screen.getByTestId("own-page").textContent).not.toContain("hush");
  expect(screen.getByRole("link", { name: "http://127.0.0.1:29080" }).getAttribute("rel")).toBe("noreferrer");
  expect(screen.getByTestId("own-page").textContent).toContain(
    "docker exec pipewright-airflow-1-airflow-1-1 cat /opt/airflow/password",
  );
});
