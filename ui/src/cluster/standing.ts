// How a lab stands, in a word for its tab: green only where all is well.
import type { LabInfo } from "../rpc/schema.gen";

export type Standing = "well" | "troubled" | "starting" | "gone";

export function standing({ phase, well, troubles }: LabInfo): Standing {
  if (phase === "removed" || phase === "stopping") return "gone";
  if (phase === "ready" && well) return "well";
  return troubles.length > 0 || phase === "ready" ? "troubled" : "starting";
}

/** What the tab says: the trouble where it is one, how many where they are several. */
export function standingWords(lab: LabInfo): string {
  switch (standing(lab)) {
    case "well":
      return "ready";
    case "starting":
      return "starting";
    case "gone":
      if (lab.phase === "stopping") return "being removed";
      return lab.data_kept ? "removed, data kept" : "removed";
    case "troubled": {
      const [only, more] = lab.troubles;
      if (!only) return "has problems";
      return more ? `${lab.troubles.length} nodes have problems` : only.replace(/ \(.*\)|\.$/g, "");
    }
  }
}
