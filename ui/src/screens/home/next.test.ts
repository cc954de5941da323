import { expect, it } from "vitest";
import type { TrackInfo } from "../../rpc/schema.gen";
import { lessonsOf, nextOf } from "./next";

const lesson = (id: string, done: number) => ({
  id,
  title: id,
  goal: "",
  minutes: 5,
  stack: "kafka-1",
  steps: 3,
  done,
});
const track = (id: string, stage: TrackInfo["stage"], done: number[]): TrackInfo => ({
  id,
  title: id,
  says: "",
  stage,
  lessons: done.map((each, index) => lesson(`${id}/${index + 1}`, each)),
});

it("goes on with what is under way before anything new", () => {
  const next = nextOf([track("kafka", "ingestion", [3, 0]), track("airflow", "collection", [1])]);
  expect([next?.lesson.id, next?.why, next?.verb]).toEqual(["airflow/1", "Step 2 of 3", "Go on"]);
});

it("begins with the first lesson, and goes on in the order of the tracks", () => {
  expect(nextOf([track("kafka", "ingestion", [0]), track("airflow", null, [0])])?.why).toBe("The first lesson");
  const next = nextOf([track("kafka", "ingestion", [3]), track("airflow", null, [0])]);
  expect([next?.lesson.id, next?.why]).toEqual(["airflow/1", "The next lesson"]);
});

it("has nothing next when all is done, or there is nothing", () => {
  expect([nextOf([track("kafka", null, [3])]), nextOf([])]).toEqual([null, null]);
});

it("gives each stage its lessons, and the rest to all stages", () => {
  const tracks = [track("kafka", "ingestion", [3, 0]), track("docker", null, [0])];
  const states = (stage: TrackInfo["stage"]) =>
    lessonsOf(tracks, stage, nextOf(tracks)).map(({ lesson, state }) => `${lesson.id} ${state}`);
  expect(states("ingestion")).toEqual(["kafka/1 done", "kafka/2 now"]);
  expect(states(null)).toEqual(["docker/1 open"]);
  expect(states("storage")).toEqual([]);
});
