// An image: its layers, and a build that failed in the builder's own words.
import { cleanup, render, screen } from "@testing-library/svelte";
import { afterEach, expect, it } from "vitest";
import { some } from "../../../dev/some";
import { image, strangeImage } from "../../../dev/airflow/image";
import LabImage from "./LabImage.svelte";
import type { Model } from "./model.gen";
import {
  buildWords,
  choiceFacts,
  failedLine,
  imageFacts,
  linesOf,
  instruction,
  shares,
  shortId,
  stepWords,
} from "./words";

const draw = (model: Model) =>
  render(LabImage, { props: { model, params: { node: "airflow-1" }, now: 61_000, width: 900 } }).container;
const build = some(image.build);

afterEach(cleanup);

it("names instructions without what builders write around them", () => {
  const layer = (created_by: string) => instruction({ created_by, size: 0, created: null, of_base: null });
  expect(layer("/bin/sh -c #(nop)  USER 50000:0")).toBe("USER 50000:0");
  expect(layer("RUN /bin/sh -c pip install x # buildkit")).toBe("RUN pip install x");
  expect(layer("/bin/sh -c apt-get update")).toBe("RUN apt-get update");
  expect(layer("COPY requirements.txt / # buildkit")).toBe("COPY requirements.txt /");
});

it("says what an image is, and how large its layers are", () => {
  expect(imageFacts(some(image.image))).toEqual(
    expect.arrayContaining(["built on pipewright/airflow:3.3.2", "runs as 50000:0", "5 layers with files"]),
  );
  expect(imageFacts({ ...some(image.image), user: "" })).toContain("runs as root");
  expect(Math.max(...shares(some(image.image).layers))).toBe(1);
  expect(shortId(some(image.image).id)).toBe("4f5b1c9e0a7d");
  expect(choiceFacts(some(some(image.choices)[0]))).toMatch(/^the stack’s own/);
});

it("says how a build went, and which steps came from the cache", () => {
  expect(buildWords(build)).toBe(
    "pipewright/lab-airflow:quix2 could not be built after 3.2 s, at line 3 of its Dockerfile",
  );
  expect(buildWords({ ...build, state: "running", took: null, failed_line: null })).toContain(
    "is being built, step 3 of 4",
  );
  expect(build.steps.map(stepWords)).toEqual(["done in 0.0 s", "from the cache", "failed after 3.1 s"]);
});

it("marks no line that was written anew since the build", () => {
  const lines = linesOf(some(some(image.files)[0]).text);
  expect(lines).toHaveLength(3);
  expect(failedLine(build, lines)).toBe(3);
  expect(failedLine(build, [...lines.slice(0, 2), "RUN true"])).toBeNull();
  expect(failedLine(build, lines.slice(0, 2))).toBeNull();
  expect(failedLine({ ...build, state: "built" }, lines)).toBeNull();
});

it("shows the failing line and pip's own words", () => {
  const picture = draw(image);
  expect(picture.querySelector("li.bad")?.textContent).toContain("RUN pip install");
  expect(screen.getByTestId("build").textContent).toContain("No matching distribution found for quixstreems");
  expect(screen.getByTestId("build").textContent).toContain("goes on with the image it has");
  expect(screen.getAllByTestId("layer")).toHaveLength(6);
});

it("says what is not known", () => {
  expect(draw(strangeImage).textContent).toContain("was not told yet");
});
