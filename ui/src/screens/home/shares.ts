// What a stage's numbers are made of, as far as the engines say it; nothing where they do not. Pure.
import type { Share } from "../../kit/Shares.svelte";
import type { PipelineStage } from "../../rpc/pipeline_stage.gen";
import type { Model } from "../../views/pipeline_flow/model.gen";
import { becameOf } from "../../views/pipeline_flow/words";

export interface Whole {
  /** What the whole is. */
  label: string;
  shares: Share[];
}

/** How the source answered. */
function answers({ source }: Model): Whole | null {
  if (!source || source.answers.length === 0) return null;
  const tone = (status: string) => (status.startsWith("2") ? "ok" : "bad");
  const shares = source.answers.map(({ status, answers }): Share => ({
    label: `answered ${status}`,
    number: answers,
    tone: tone(status),
  }));
  return { label: "How the weather source answered", shares };
}

/** How much of Kafka's log the storage has read. */
function read({ counts: { produced, consumed } }: Model): Whole | null {
  if (produced === null || consumed === null || consumed > produced) return null;
  return {
    label: "The records in Kafka",
    shares: [
      { label: "read by the storage", number: consumed, tone: "ok" },
      { label: "not read by it yet", number: produced - consumed, tone: "plain" },
    ],
  };
}

/** What became of the records; nothing while one of the numbers is not known: parts of an unknown whole have no size. */
function became({ counts }: Model): Whole | null {
  const shares: Share[] = [];
  for (const { label, number, tone } of becameOf(counts)) {
    if (number === null) return null;
    shares.push({ label, number, tone });
  }
  return { label: "What became of the records in Kafka", shares };
}

function windows({ counts: { windows, open_windows } }: Model): Whole | null {
  if (windows === null || open_windows === null) return null;
  return {
    label: "The stream's windows",
    shares: [
      { label: windows === 1 ? "window closed" : "windows closed", number: windows, tone: "ok" },
      { label: "open", number: open_windows, tone: "plain" },
    ],
  };
}

const WHOLES: Record<PipelineStage, ((model: Model) => Whole | null) | null> = {
  collection: answers,
  ingestion: read,
  storage: became,
  computation: windows,
  // Its points are of one sort.
  consumption: null,
};

export const wholeOf = (model: Model, stage: PipelineStage): Whole | null => WHOLES[stage]?.(model) ?? null;
