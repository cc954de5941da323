import { expect, it } from "vitest";
import type { Partition, Replica } from "./model.gen";
import { beginning, leadership, standing } from "./words";

const replica = (change: Partial<Replica>): Replica => ({
  broker: 2,
  node: "kafka-2",
  log_start: 0,
  log_end: 1,
  high_watermark: 1,
  in_sync: true,
  says_leader: null,
  says_epoch: null,
  refused: null,
  heard: "answering",
  heard_at: 0,
  ...change,
});
const partition = { leader: 1, leader_epoch: 3, elr: [2], replicas: [replica({ broker: 1, node: "kafka-1" })] };
const stands = (change: Partial<Replica>) => standing(replica(change), partition as unknown as Partition);

it("has a form for every standing, so that colour never stands alone", () => {
  expect(stands({ broker: 1 })).toMatchObject({ form: "filled", words: "leader" });
  expect(stands({})).toMatchObject({ form: "outlined", words: "in sync" });
  expect(stands({ in_sync: false })).toMatchObject({ form: "dashed", words: "out of sync, may lead" });
  expect(stands({ heard: "silent" })).toMatchObject({ form: "hatched", words: "does not answer" });
  expect(stands({ heard: "not_asked" })).toMatchObject({ form: "hatched" });
  expect(stands({ refused: "NOT_LEADER_OR_FOLLOWER" }).words).toBe("refuses: NOT_LEADER_OR_FOLLOWER");
});

it("lets two brokers contradict each other", () => {
  expect(stands({ says_leader: 2, says_epoch: 0 })).toMatchObject({ form: "dashed", words: "says: I lead, epoch 0" });
});

it("says who leads, or that nobody does", () => {
  expect(leadership(partition as unknown as Partition)).toBe("kafka-1 leads, epoch 3");
  expect(leadership({ ...partition, leader: null } as unknown as Partition)).toContain("no leader");
});

it("says where logs begin once records were deleted, and who still has them", () => {
  const begins = (leader: number | null, ...starts: (number | null)[]) => {
    const replicas = starts.map((log_start, index) =>
      replica({ broker: index + 1, node: `kafka-${String(index + 1)}`, log_start }),
    );
    return beginning({ leader, replicas } as unknown as Partition);
  };
  expect(begins(1, 0, null, 0)).toBe("");
  expect(begins(1, 7, null, 7)).toBe("the log begins at 7");
  expect(begins(2, 0, 7, 7)).toBe("the log begins at 7, kafka-1's at 0");
  expect(begins(null, 0, 7)).toBe("the log begins at 7, kafka-1's at 0");
});
