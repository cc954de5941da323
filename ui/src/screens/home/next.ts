// What Home says of the lessons: the right next one, and which belong to which stage. Pure.
import type { PipelineStage } from "../../rpc/pipeline_stage.gen";
import type { LessonInfo, TrackInfo } from "../../rpc/schema.gen";

/** The pipeline's stages in their order, and what acts in each. */
export const STAGES: readonly { id: PipelineStage; name: string; acts: string }[] = [
  { id: "collection", name: "Collection", acts: "Airflow asks a weather API" },
  { id: "ingestion", name: "Ingestion", acts: "Kafka keeps what was fetched" },
  { id: "storage", name: "Storage", acts: "Cassandra answers queries" },
  { id: "computation", name: "Computation", acts: "A stream job counts in windows" },
  { id: "consumption", name: "Consumption", acts: "A chart reads the results" },
];

export interface Next {
  track: TrackInfo;
  lesson: LessonInfo;
  /** Why this one, and what is to be done. */
  why: string;
  verb: string;
}

/** Begun, and not done. */
const isUnderWay = ({ done, steps }: LessonInfo) => done > 0 && done < steps;
export const isDone = ({ done, steps }: LessonInfo) => steps > 0 && done === steps;

/** The lesson that is under way, else the first one that is not done; none if all are. */
export function nextOf(tracks: readonly TrackInfo[]): Next | null {
  const all = tracks.flatMap((track) => track.lessons.map((lesson) => ({ track, lesson })));
  const under = all.find(({ lesson }) => isUnderWay(lesson));
  if (under) {
    const { done, steps } = under.lesson;
    return { ...under, why: `Step ${done + 1} of ${steps}`, verb: "Go on" };
  }
  const first = all.find(({ lesson }) => !isDone(lesson));
  if (!first) return null;
  const begun = all.some(({ lesson }) => isDone(lesson));
  return { ...first, why: begun ? "The next lesson" : "The first lesson", verb: "Begin" };
}

/** A lesson, and what it is for the person. */
export interface Chip {
  lesson: LessonInfo;
  state: "done" | "now" | "open";
}

/** Lessons about one stage, or about several where none is named; each with what it is for the person. */
export function lessonsOf(tracks: readonly TrackInfo[], stage: PipelineStage | null, next: Next | null): Chip[] {
  const of = tracks.filter((track) => track.stage === stage).flatMap(({ lessons }) => lessons);
  return of.map((lesson): Chip => ({
    lesson,
    state: isDone(lesson) ? "done" : lesson.id === next?.lesson.id ? "now" : "open",
  }));
}

/** Of many lessons a few: from the one done last on, or else from the first; and how many are left out. */
export function near(chips: readonly Chip[], most: number): { shown: Chip[]; more: number } {
  const first = chips.findIndex(({ state }) => state !== "done");
  const from = Math.max(0, Math.min((first < 0 ? chips.length : first) - 1, chips.length - most));
  const shown = chips.slice(from, from + most);
  return { shown, more: chips.length - shown.length };
}

/** How many lessons of a track are done. */
export const doneOf = ({ lessons }: TrackInfo): number => lessons.filter(isDone).length;
