import { expect, it } from "vitest";
import type { TrackInfo } from "../../rpc/schema.gen";
import { type Chip, lessonsOf, near, nextOf } from "./next";

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

it("shows a few of many lessons: from the one done last", () => {
  const chips = (done: number, all: number): Chip[] =>
    Array.from({ length: all }, (_, place) => ({
      lesson: lesson(String(place), 0),
      state: place < done ? "done" : "open",
    }));
  const ids = (done: number, all: number) => near(chips(done, all), 4).shown.map((chip) => chip.lesson.id);
  expect(ids(0, 8)).toEqual(["0", "1", "2", "3"]);
  expect(ids(3, 8)).toEqual(["2", "3", "4", "5"]);
  expect(ids(8, 8)).toEqual(["4", "5", "6", "7"]);
  expect([near(chips(3, 8), 4).more, near(chips(0, 2), 4).more, ids(1, 2).length]).toEqual([4, 0, 2]);
});
