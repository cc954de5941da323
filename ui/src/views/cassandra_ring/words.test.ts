import { expect, it } from "vitest";
import type { Node, Range } from "./model.gen";
import { copies, state, streaming, tokens } from "./words";

const node: Node = {
  node: "cassandra-3",
  serves: true,
  address: null,
  host_id: null,
  data_center: "dc1",
  rack: "rack1",
  member: true,
  mode: "NORMAL",
  tokens: [],
  owns_percent: null,
  endpoint: null,
  heard: "answering",
  heard_at: 0,
  why_silent: null,
  container: "running",
  cut: false,
  spare: false,
  believes: [],
  believed_down_by: [],
};

it("says the gravest of what is known of a node", () => {
  const words = (change: Partial<Node>) => state({ ...node, ...change }).words;
  expect(words({})).toBe("up");
  expect(words({ believed_down_by: ["cassandra-1", "cassandra-2"] })).toBe(
    "believed down by cassandra-1 and cassandra-2",
  );
  expect(words({ serves: false, believed_down_by: ["cassandra-1"] })).toBe("takes no requests yet");
  expect(words({ serves: null, believed_down_by: ["cassandra-1"] })).toBe("not asked yet if it takes requests");
  expect(words({ container: "paused", believed_down_by: ["cassandra-1"] })).toBe("paused");
  expect(words({ container: "stopped", heard: "silent" })).toBe("stopped");
  expect(words({ mode: "LEAVING" })).toBe("leaving");
  expect(words({ member: false, mode: "JOINING" })).toBe("joining, no member yet");
  expect(words({ member: false, mode: "JOINING", spare: true, heard: "silent" })).toBe("joining, no member yet");
  expect(words({ member: false, spare: true, heard: "not_asked", container: "absent", mode: null })).toBe(
    "waits to join",
  );
});

it("says what streams have done of what there is to do", () => {
  const stream = {
    node: "cassandra-4",
    operation: "Bootstrap",
    peers: ["cassandra-1"],
    status: "STARTED",
    received: 1_200_000,
    to_receive: 3_100_000,
    sent: 0,
    to_send: 0,
  };
  expect(streaming(stream)).toBe("Bootstrap, says cassandra-4 (with cassandra-1): received 1.2 MB of 3.1 MB");
});

it("says which tokens a range has, and where its copies are, as far as it is known", () => {
  const range: Range = { data_center: "dc1", from: "-9", to: "9", owner: "a", replicas: ["a", "b", "c"] };
  expect(tokens(range)).toBe("the tokens above -9 up to 9");
  expect(tokens({ ...range, from: "10" })).toBe("the tokens above 10, past the end of the ring, up to 9");
  expect(tokens({ ...range, from: "9" })).toBe("all tokens");
  expect(copies(range, "k")).toBe(
    "Copies of k: a, b and c, in this order (computed from the tokens and the replication that the nodes said).",
  );
  expect(copies({ ...range, replicas: ["a"] }, "k")).toMatch(/^Copies of k: a \(computed/);
  expect(copies({ ...range, replicas: [] }, "k")).toMatch(/^No copies of k in dc1: computed/);
  expect(copies({ ...range, replicas: null }, "k")).toBe("Which nodes hold copies of k is not known.");
  expect(copies({ ...range, replicas: null }, undefined)).toBe("No keyspace is chosen, so nothing is said of copies.");
});
