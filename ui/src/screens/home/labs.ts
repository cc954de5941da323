// Which lab Home shows, and which it only names. Pure.
import type { LabInfo, StackInfo } from "../../rpc/schema.gen";

/** The engine that no lab has but a pipeline. */
const SOURCE = "weather";

/** A lab or a stack with a weather source is a pipeline, whatever its name. */
export const isPipeline = ({ nodes }: Pick<LabInfo | StackInfo, "nodes">): boolean =>
  nodes.some(({ system }) => system === SOURCE);

export interface Sorted {
  /** The pipeline that is shown: one that is ready before one that is not. */
  shown: LabInfo | null;
  /** Pipelines besides. */
  more: LabInfo[];
  /** Labs of other stacks. */
  others: LabInfo[];
}

const RANK: Record<LabInfo["phase"], number> = { ready: 0, starting: 1, stopping: 2, removed: 3 };

export function sortLabs(labs: readonly LabInfo[]): Sorted {
  const pipelines = labs.filter(isPipeline).sort((a, b) => RANK[a.phase] - RANK[b.phase]);
  const [shown = null, ...more] = pipelines;
  return { shown, more, others: labs.filter((lab) => !isPipeline(lab)) };
}
